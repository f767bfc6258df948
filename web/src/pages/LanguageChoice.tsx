import { NativeSelect } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isLanguage, kLanguages, useWording } from '../text/texts';
import css from './pages.module.css';

export function LanguageChoice(): ReactNode {
  const { lang, say, setLanguage } = useWording();
  const names = kLanguages.map((tag) => ({
    value: tag,
    label: new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag,
  }));
  return (
    <NativeSelect
      aria-label={say('ui.language')}
      data={names}
      value={lang}
      leftSection={<IconLanguage size={18} aria-hidden />}
      className={css['language'] ?? ''}
      onChange={(event) => {
        if (isLanguage(event.currentTarget.value)) setLanguage(event.currentTarget.value);
      }}
    />
  );
}

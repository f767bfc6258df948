import { NativeSelect } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isLanguage, kLanguages, useWording } from '../text/texts';

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
      w={150}
      onChange={(event) => {
        if (isLanguage(event.currentTarget.value)) setLanguage(event.currentTarget.value);
      }}
    />
  );
}

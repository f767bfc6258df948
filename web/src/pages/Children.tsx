import { Button, Text, TextInput } from '@mantine/core';
import { IconChevronRight, IconPlus, IconSearch } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { service } from '../api/calls';
import type { DossierRow, Dossiers } from '../api/types';
import { Counts, SeverityMark } from '../parts/Marks';
import { usePages, type Pages } from '../parts/load';
import { Page } from '../parts/Page';
import { filePath } from '../parts/paths';
import { Trouble, Waiting } from '../parts/Trouble';
import { useAccess } from '../session/session';
import { useSay, useWording } from '../text/texts';
import { ageText } from '../values/describe';
import css from './pages.module.css';

/** The type of dossier that this part of the app is about. */
export const kChild = 'child';

export function useChildren(): Pages<DossierRow, Dossiers> {
  const { client } = useAccess();
  const load = useCallback(
    (after: string | null, signal: AbortSignal) => service.dossiers(client, kChild, after, signal),
    [client],
  );
  return usePages(load, pageOf);
}

function pageOf(answer: Dossiers): { items: readonly DossierRow[]; next: string | null } {
  return answer;
}

/** Spelling marks and letter forms that people leave out do not count in a filter. */
export function loose(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .toLowerCase()
    .trim();
}

export function Children(): ReactNode {
  const say = useSay();
  const [wanted, setWanted] = useState('');
  const { items, first, failure, loading, more, again } = useChildren();
  const found = (items ?? []).filter((item) => loose(item.label).includes(loose(wanted)));
  const add = (
    <Button component={Link} to="/register" leftSection={<IconPlus size={18} aria-hidden />}>
      {say('ui.nav.register')}
    </Button>
  );
  return (
    <Page title={say('ui.nav.children')} aside={add}>
      <TextInput
        type="search"
        label={say('ui.children.filter')}
        value={wanted}
        leftSection={<IconSearch size={18} aria-hidden />}
        dir="auto"
        autoComplete="off"
        maw={420}
        mb="md"
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {items && first && (
        <Text size="sm" c="dimmed" mb="sm" role="status">
          {say('ui.children.shown', {
            found: found.length,
            loaded: items.length,
            total: first.total,
          })}
        </Text>
      )}
      {failure && <Trouble failure={failure} again={again} />}
      {!items && loading && <Waiting />}
      {items?.length === 0 && <Text c="dimmed">{say('ui.children.nobody')}</Text>}
      <ul className={css['cards']}>
        {found.map((item) => (
          <ChildRow key={item.ref} item={item} />
        ))}
      </ul>
      {more && (
        <Button variant="default" mt="lg" loading={loading} onClick={more}>
          {say('ui.more')}
        </Button>
      )}
    </Page>
  );
}

export function ChildRow({ item }: { item: DossierRow }): ReactNode {
  const { lang, say } = useWording();
  return (
    <li>
      <Link to={filePath(item.ref)} className={css['card']}>
        <span className={css['cardtext']}>
          <strong>
            <bdi>{item.label}</bdi>
          </strong>
          <span className={css['quiet']}>
            {ageText(item.age, lang, say)}
            {item.mine ? ` · ${say('ui.children.mine')}` : ''}
          </span>
        </span>
        <span className={css['cardmarks']}>
          <Counts overdue={item.overdue} running={item.running} unknown={item.unknown} />
          {item.worst && <SeverityMark severity={item.worst} />}
        </span>
        <IconChevronRight size={18} aria-hidden className="mirror" />
      </Link>
    </li>
  );
}

import { Button, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { service } from '../api/calls';
import { RecordEditor } from '../form/RecordEditor';
import { usePack } from '../pack/pack';
import { Page } from '../parts/Page';
import { filePath } from '../parts/paths';
import { Trouble } from '../parts/Trouble';
import { useAccess } from '../session/session';
import { useSay } from '../text/texts';
import { ChildRow, kChild, loose, useChildren } from './Children';
import css from './pages.module.css';

/** Searching comes first: a child registered twice is a child looked after by halves. */
const kHints = 5;

export function Register(): ReactNode {
  const say = useSay();
  const book = usePack();
  const { client } = useAccess();
  const navigate = useNavigate();
  const [searched, setSearched] = useState(false);
  // Made once for this visit: sending the same registration again opens no second file.
  const ids = useMemo(() => ({ dossier: crypto.randomUUID(), record: crypto.randomUUID() }), []);
  const subject = book.dossier(kChild)?.subject;
  const kind = book.kind(subject?.kind);
  if (!kind || kind.may !== 'write')
    return (
      <Page title={say('ui.nav.register')}>
        <Text>{say('ui.register.not_allowed')}</Text>
      </Page>
    );
  return (
    <Page title={say('ui.nav.register')}>
      <SearchFirst searched={searched} onSearched={() => setSearched(true)} />
      {searched && (
        <section aria-label={kind.title} className={css['narrow']}>
          <h2 dir="auto">{kind.title}</h2>
          {kind.help && (
            <Text mb="md" dir="auto">
              {kind.help}
            </Text>
          )}
          <RecordEditor
            kind={kind}
            records={kNone}
            saveLabel={say('ui.register.save')}
            onCancel={() => navigate('/children')}
            save={async ({ data }) => {
              const reply = await service.open(client, ids.dossier, kChild, [
                { id: ids.record, kind: kind.kind, data },
              ]);
              return reply.ok
                ? { ok: true, value: { merged: false, ref: reply.value.ref } }
                : reply;
            }}
            onSaved={(done) =>
              navigate(filePath(done.ref ?? ids.dossier), { state: { said: 'ui.register.saved' } })
            }
          />
        </section>
      )}
    </Page>
  );
}

const kNone = [] as const;

function SearchFirst({
  searched,
  onSearched,
}: {
  searched: boolean;
  onSearched: () => void;
}): ReactNode {
  const say = useSay();
  const [wanted, setWanted] = useState('');
  const { items, first, failure, more, again } = useChildren();
  const close =
    loose(wanted) === ''
      ? []
      : (items ?? []).filter((item) => loose(item.label).includes(loose(wanted)));
  return (
    <section className={css['search']} aria-labelledby="search-heading">
      <h2 id="search-heading">{say('ui.register.search')}</h2>
      <Text size="sm" mb="sm">
        {say('ui.register.search_help')}
      </Text>
      <TextInput
        type="search"
        label={say('ui.children.filter')}
        value={wanted}
        dir="auto"
        autoComplete="off"
        maw={420}
        leftSection={<IconSearch size={18} aria-hidden />}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <div role="status" aria-live="polite">
        {loose(wanted) !== '' && items && (
          <Text size="sm" my="sm">
            {close.length === 0
              ? say('ui.register.none_found')
              : say('ui.register.found', { count: close.length })}
            {more && first
              ? ` ${say('ui.children.shown', { found: close.length, loaded: items.length, total: first.total })}`
              : ''}
          </Text>
        )}
      </div>
      {failure && <Trouble failure={failure} again={again} />}
      {close.length > 0 && (
        <ul className={css['cards']}>
          {close.slice(0, kHints).map((item) => (
            <ChildRow key={item.ref} item={item} />
          ))}
        </ul>
      )}
      {!searched && (
        <Button mt="md" onClick={onSearched}>
          {say('ui.register.go_on')}
        </Button>
      )}
    </section>
  );
}

import { Alert, Button, Text } from '@mantine/core';
import { IconCircleCheck, IconLock, IconPlus } from '@tabler/icons-react';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import { Link, NavLink, Outlet, useLocation, useParams } from 'react-router';
import { service } from '../../api/calls';
import type { DossierFile } from '../../api/types';
import type { TextKey } from '../../text/texts';
import { usePack } from '../../pack/pack';
import { useLoad } from '../../parts/load';
import { Counts } from '../../parts/Marks';
import { Page } from '../../parts/Page';
import { addPath, filePath } from '../../parts/paths';
import { Trouble, Waiting } from '../../parts/Trouble';
import { useAccess } from '../../session/session';
import { useSay, useWording } from '../../text/texts';
import { ageText } from '../../values/describe';
import css from '../pages.module.css';

interface Opened {
  readonly file: DossierFile;
  readonly again: () => void;
  /** Names of colleagues by account. */
  readonly people: ReadonlyMap<string, string>;
}

const FileContext = createContext<Opened | undefined>(undefined);

export function useFile(): Opened {
  const opened = useContext(FileContext);
  if (!opened) throw new Error('no file is open');
  return opened;
}

const kTabs = [
  { to: '', text: 'ui.file.overview' },
  { to: '/history', text: 'ui.file.history' },
  { to: '/reads', text: 'ui.file.reads' },
] as const;

/** A child's file: header and tabs around what is looked at. Loaded anew whenever something was saved. */
export function FilePage(): ReactNode {
  const { ref = '' } = useParams();
  const say = useSay();
  const { client } = useAccess();
  const load = useCallback(
    (signal: AbortSignal) => service.file(client, ref, signal),
    [client, ref],
  );
  const { value: file, failure, again } = useLoad(load);
  const people = usePeople();
  if (failure)
    return (
      <Page title={say('ui.file.title')}>
        <Trouble failure={failure} again={again} />
      </Page>
    );
  if (!file || file.ref !== ref) return <Waiting />;
  return (
    <FileContext value={{ file, again, people }}>
      <Page title={file.label} aside={<Add file={file} />}>
        <Header file={file} />
        <Said />
        <nav className={css['tabs']} aria-label={say('ui.file.parts')}>
          {kTabs.map(({ to, text }) => (
            <NavLink key={to} to={`${filePath(ref)}${to}`} end className={css['tab'] ?? ''}>
              {say(text)}
            </NavLink>
          ))}
        </nav>
        <Outlet />
      </Page>
    </FileContext>
  );
}

function usePeople(): ReadonlyMap<string, string> {
  const { client } = useAccess();
  const load = useCallback((signal: AbortSignal) => service.colleagues(client, signal), [client]);
  const { value } = useLoad(load);
  return useMemo(
    () => new Map((value?.colleagues ?? []).map((person) => [person.id, person.name])),
    [value],
  );
}

function Add({ file }: { file: DossierFile }): ReactNode {
  const say = useSay();
  const book = usePack();
  if (!book.kindsOf(file.type).some((kind) => kind.may === 'write')) return null;
  return (
    <Button
      component={Link}
      to={addPath(file.ref)}
      leftSection={<IconPlus size={18} aria-hidden />}
    >
      {say('ui.file.add')}
    </Button>
  );
}

function Header({ file }: { file: DossierFile }): ReactNode {
  const { lang, say } = useWording();
  const count = (outcome: string): number =>
    file.findings.filter((finding) => finding.outcome === outcome).length;
  return (
    <div className={css['filehead']}>
      <span>
        {file.age && <span className={css['quiet']}>{say('ui.age')}</span>}{' '}
        <strong>{ageText(file.age, lang, say)}</strong>
      </span>
      <Counts overdue={count('breached')} running={count('running')} unknown={count('unknown')} />
      {file.withheld.length > 0 && (
        <details className={css['withheld']}>
          <summary>
            <IconLock size={16} aria-hidden />{' '}
            {say('ui.file.withheld', { count: file.withheld.length })}
          </summary>
          <Text size="sm">{say('ui.file.withheld_help')}</Text>
          <ul>
            {file.withheld.map(({ category, title }) => (
              <li key={category}>
                <bdi>{title}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

const kSayings: readonly TextKey[] = [
  'ui.form.saved',
  'ui.form.merged',
  'ui.register.saved',
  'ui.act.done',
];

/** Says once what the page before has done. */
function Said(): ReactNode {
  const say = useSay();
  const location = useLocation();
  const [said, setSaid] = useState<TextKey>();
  const shownFor = useRef('');
  useEffect(() => {
    const state: unknown = location.state;
    const named =
      typeof state === 'object' && state !== null && 'said' in state ? state.said : undefined;
    const known = kSayings.find((key) => key === named);
    if (known) {
      setSaid(known);
      shownFor.current = location.pathname;
    } else if (location.pathname !== shownFor.current) setSaid(undefined);
  }, [location]);
  return (
    <div role="status" aria-live="polite">
      {said && (
        <Alert
          color="calm"
          variant="light"
          mb="md"
          icon={<IconCircleCheck aria-hidden />}
          withCloseButton
          closeButtonLabel={say('ui.close')}
          onClose={() => setSaid(undefined)}
        >
          {say(said)}
        </Alert>
      )}
    </div>
  );
}

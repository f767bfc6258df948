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
import { service } from '../api/calls';
import { Client, type Failure } from '../api/client';
import type { Session } from '../api/types';
import { useWording } from '../text/texts';
import { allowLeaving } from './leaving';

/** Why the sign-in page is shown; lives in the address so that it survives the clearing of memory. */
export type Ended = 'signed_out' | 'ended' | 'idle';

type State =
  | { readonly at: 'asking' }
  | { readonly at: 'unreachable' }
  | { readonly at: 'out' }
  | { readonly at: 'in'; readonly session: Session };

interface Access {
  readonly client: Client;
  readonly session: Session;
  readonly purpose: string;
  readonly setPurpose: (purpose: string) => void;
  readonly leave: (why: Ended) => void;
}

const AccessContext = createContext<Access | undefined>(undefined);

export function useAccess(): Access {
  const access = useContext(AccessContext);
  if (!access) throw new Error('nobody is signed in');
  return access;
}

export function endedBy(): Ended | undefined {
  const reason = location.hash.slice(2);
  return reason === 'signed_out' || reason === 'ended' || reason === 'idle' ? reason : undefined;
}

/** Loads the page anew: nothing that was read stays in memory, in a draft or on the screen. */
function forget(why: Ended): void {
  allowLeaving();
  document.getElementById('root')?.replaceChildren();
  history.replaceState(null, '', `${location.pathname}#/${why}`);
  location.reload();
}

interface GateProps {
  readonly signIn: (props: SignInProps) => ReactNode;
  readonly waiting: (props: { failed: boolean; again: () => void }) => ReactNode;
  readonly children: ReactNode;
}

export interface SignInProps {
  readonly ended: Ended | undefined;
  readonly submit: (name: string, password: string) => Promise<Failure | undefined>;
}

export function SessionGate({ signIn, waiting, children }: GateProps): ReactNode {
  const [state, setState] = useState<State>({ at: 'asking' });
  const [purpose, choosePurpose] = useState('');
  const ending = useRef(false);
  const end = useCallback((why: Ended) => {
    if (ending.current) return;
    ending.current = true;
    forget(why);
  }, []);
  const client = useMemo(() => new Client(() => end('ended')), [end]);
  const { lang } = useWording();
  // Before anything below asks for data in the language.
  client.setLanguage(lang);

  const accept = useCallback(
    (session: Session) => {
      client.setCsrf(session.csrf);
      client.setPurpose(session.purposes[0] ?? '');
      choosePurpose(session.purposes[0] ?? '');
      setState({ at: 'in', session });
    },
    [client],
  );
  const ask = useCallback(async () => {
    setState({ at: 'asking' });
    const reply = await service.session(client);
    if (reply.ok) accept(reply.value);
    else setState({ at: reply.failure.why === 'problem' ? 'out' : 'unreachable' });
  }, [client, accept]);
  useEffect(() => void ask(), [ask]);

  const submit = useCallback(
    async (name: string, password: string) => {
      const reply = await service.signIn(client, name, password);
      if (!reply.ok) return reply.failure;
      if (endedBy() !== undefined) history.replaceState(null, '', `${location.pathname}#/`);
      accept(reply.value);
      return undefined;
    },
    [client, accept],
  );
  const access = useMemo<Access | undefined>(() => {
    if (state.at !== 'in') return undefined;
    return {
      client,
      session: state.session,
      purpose,
      setPurpose: (next) => {
        client.setPurpose(next);
        choosePurpose(next);
      },
      leave: (why) => void service.signOut(client).then(() => end(why)),
    };
  }, [state, client, purpose, end]);

  if (state.at === 'asking' || state.at === 'unreachable') {
    return waiting({ failed: state.at === 'unreachable', again: () => void ask() });
  }
  if (!access) return signIn({ ended: endedBy(), submit });
  return <AccessContext value={access}>{children}</AccessContext>;
}

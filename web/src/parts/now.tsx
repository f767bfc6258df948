import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { useAccess } from '../session/session';

const NowContext = createContext(Date.now());
const kTickMs = 20_000;

/** One clock for the whole page, by the server's time, so that no two places disagree. */
export function NowProvider({ children }: { children: ReactNode }): ReactNode {
  const { client } = useAccess();
  const [now, setNow] = useState(() => client.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(client.now()), kTickMs);
    return () => clearInterval(timer);
  }, [client]);
  return <NowContext value={now}>{children}</NowContext>;
}

export function useNow(): number {
  return useContext(NowContext);
}

import { lazy, Suspense, type ReactNode } from 'react';
import { SignIn } from './pages/SignIn';
import { Boundary } from './parts/Boundary';
import { kBroken, Trouble, Waiting } from './parts/Trouble';
import { SessionGate } from './session/session';

/** Everything behind the sign-in is loaded only once somebody is in. */
const Inside = lazy(() => import('./Inside'));

export function App(): ReactNode {
  return (
    <SessionGate
      signIn={(props) => <SignIn {...props} />}
      waiting={({ failed, again }) =>
        failed ? <Trouble failure={{ why: 'unreachable' }} again={again} /> : <Waiting />
      }
    >
      <Boundary instead={<Trouble failure={kBroken} again={() => location.reload()} />}>
        <Suspense fallback={<Waiting />}>
          <Inside />
        </Suspense>
      </Boundary>
    </SessionGate>
  );
}

import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconUser } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { usePack } from '../pack/pack';
import { IdleWatch } from '../session/Idle';
import { useAccess } from '../session/session';
import { useSay } from '../text/texts';
import { LanguageChoice } from './LanguageChoice';
import css from './pages.module.css';

const kNav = [
  { to: '/work', text: 'ui.nav.work' },
  { to: '/children', text: 'ui.nav.children' },
  { to: '/register', text: 'ui.nav.register' },
] as const;

export function Shell(): ReactNode {
  const say = useSay();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <>
      <button type="button" className={css['skip']} onClick={() => main.current?.focus()}>
        {say('ui.skip')}
      </button>
      <header className={css['top']}>
        <div className={css['topline']}>
          <span className={css['brand']}>
            <img src="./icon.svg" alt="" width={32} height={32} /> {say('ui.app')}
          </span>
          <nav aria-label={say('ui.nav')} className={css['nav']}>
            {kNav.map(({ to, text }) => (
              <NavLink key={to} to={to} className={css['navlink'] ?? ''}>
                {say(text)}
              </NavLink>
            ))}
          </nav>
          <div className={css['tools']}>
            <LanguageChoice />
            <Me />
          </div>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={css['main']}>
        <Outlet />
      </main>
      <Offline />
      <IdleWatch />
    </>
  );
}

function Me(): ReactNode {
  const say = useSay();
  const book = usePack();
  const { session, purpose, setPurpose, leave } = useAccess();
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconUser size={18} aria-hidden />}
          rightSection={<IconChevronDown size={16} aria-hidden />}
          className={css['me'] ?? ''}
        >
          <bdi>{session.account.name}</bdi>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{book.title(session.role)}</Menu.Label>
        {session.purposes.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>{say('ui.purpose')}</Menu.Label>
            {session.purposes.map((id) => (
              <Menu.Item
                key={id}
                role="menuitemradio"
                aria-checked={id === purpose}
                onClick={() => setPurpose(id)}
                className={css['purpose'] ?? ''}
                leftSection={
                  <span aria-hidden className={css['tick']}>
                    {id === purpose ? '✓' : ''}
                  </span>
                }
              >
                <span dir="auto">{book.title(id)}</span>
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => leave('signed_out')}>{say('ui.sign_out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Says at once that nothing can be saved, before somebody fills in a form in vain. */
function Offline(): ReactNode {
  const say = useSay();
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    return () => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    };
  }, []);
  return (
    <div role="status" aria-live="polite">
      {!online && <p className={css['offline']}>{say('ui.trouble.no_network')}</p>}
    </div>
  );
}

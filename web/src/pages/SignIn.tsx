import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Failure } from '../api/client';
import { Trouble } from '../parts/Trouble';
import type { SignInProps } from '../session/session';
import { useSay } from '../text/texts';
import { LanguageChoice } from './LanguageChoice';
import css from './pages.module.css';

export function SignIn({ ended, submit }: SignInProps): ReactNode {
  const say = useSay();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = `${say('ui.sign_in')} · ${say('ui.app')}`;
    first.current?.focus();
  }, [say]);

  const onSubmit = async (): Promise<void> => {
    setFailure(undefined);
    setMissing(name.trim() === '' || password === '');
    if (name.trim() === '' || password === '') return;
    setBusy(true);
    const why = await submit(name.trim(), password);
    if (!why) return;
    setBusy(false);
    setPassword('');
    setFailure(why);
    first.current?.focus();
  };
  const refused = failure?.why === 'problem' && failure.problem.status === 401;
  return (
    <div className={css['signin']}>
      <header className={css['signinhead']}>
        <span className={css['brand']}>
          <img src="./icon.svg" alt="" width={36} height={36} /> {say('ui.app')}
        </span>
        <LanguageChoice />
      </header>
      <main id="main" className={css['signinbox']}>
        <h1>{say('ui.sign_in')}</h1>
        <p className={css['lead']}>{say('ui.sign_in.lead')}</p>
        {ended && (
          <Alert icon={<IconInfoCircle aria-hidden />} color="gray" mb="md" role="status">
            {say(`ui.sign_in.${ended}`)}
          </Alert>
        )}
        {(refused || missing) && (
          <Alert role="alert" color="red" variant="light" mb="md">
            {say(missing ? 'ui.sign_in.missing' : 'ui.sign_in.wrong')}
          </Alert>
        )}
        {failure && !refused && <Trouble failure={failure} />}
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void onSubmit();
          }}
        >
          <TextInput
            ref={first}
            label={say('ui.sign_in.name')}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            dir="auto"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            size="md"
            mb="md"
          />
          <PasswordInput
            label={say('ui.sign_in.password')}
            name="password"
            autoComplete="current-password"
            value={password}
            visibilityToggleButtonProps={{ 'aria-label': say('ui.sign_in.show_password') }}
            onChange={(event) => setPassword(event.currentTarget.value)}
            size="md"
            mb="lg"
          />
          <Button type="submit" size="md" fullWidth loading={busy}>
            {say('ui.sign_in')}
          </Button>
        </form>
        <p className={css['small']}>{say('ui.sign_in.note')}</p>
      </main>
    </div>
  );
}

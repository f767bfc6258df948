import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent, type ReactNode, type RefObject } from 'react';
import type { Failure } from '../api/client';
import { Trouble } from '../parts/Trouble';
import type { SignInProps } from '../session/session';
import { useSay } from '../text/texts';
import { LanguageChoice } from './LanguageChoice';
import css from './pages.module.css';

interface Attempt {
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly password: string;
  readonly setPassword: (password: string) => void;
  readonly failure: Failure | undefined;
  readonly missing: boolean;
  readonly busy: boolean;
  readonly first: RefObject<HTMLInputElement | null>;
  readonly onSubmit: (event: FormEvent) => void;
}

function useAttempt(submit: SignInProps['submit']): Attempt {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const attempt = async (): Promise<void> => {
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
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void attempt();
  };
  return { name, setName, password, setPassword, failure, missing, busy, first, onSubmit };
}

export function SignIn({ ended, submit }: SignInProps): ReactNode {
  const say = useSay();
  const attempt = useAttempt(submit);
  const { failure, missing, first } = attempt;
  useEffect(() => {
    document.title = `${say('ui.sign_in')} · ${say('ui.app')}`;
    first.current?.focus();
  }, [say, first]);
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
        <Credentials attempt={attempt} />
        <p className={css['small']}>{say('ui.sign_in.note')}</p>
      </main>
    </div>
  );
}

function Credentials({ attempt }: { attempt: Attempt }): ReactNode {
  const say = useSay();
  return (
    <form noValidate onSubmit={attempt.onSubmit}>
      <TextInput
        ref={attempt.first}
        label={say('ui.sign_in.name')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        dir="auto"
        value={attempt.name}
        onChange={(event) => attempt.setName(event.currentTarget.value)}
        size="md"
        mb="md"
      />
      <PasswordInput
        label={say('ui.sign_in.password')}
        name="password"
        autoComplete="current-password"
        value={attempt.password}
        visibilityToggleButtonProps={{ 'aria-label': say('ui.sign_in.show_password') }}
        onChange={(event) => attempt.setPassword(event.currentTarget.value)}
        size="md"
        mb="lg"
      />
      <Button type="submit" size="md" fullWidth loading={attempt.busy}>
        {say('ui.sign_in')}
      </Button>
    </form>
  );
}

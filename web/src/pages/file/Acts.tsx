import { Alert, Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { service } from '../../api/calls';
import { isProblem, type Failure } from '../../api/client';
import type { Act, Finding } from '../../api/types';
import { usePack } from '../../pack/pack';
import { Trouble } from '../../parts/Trouble';
import { filePath } from '../../parts/paths';
import { useAccess } from '../../session/session';
import { useSay } from '../../text/texts';
import css from '../pages.module.css';
import { useFile } from './FilePage';
import { FindingList } from './Overview';

/** What the system itself can be asked to do with this file; safeguards can refuse it. */
export function Acts(): ReactNode {
  const say = useSay();
  const { pack } = usePack();
  const [chosen, setChosen] = useState<Act>();
  const acts = pack.acts.filter((act) => act.may && act.on_file !== false);
  if (acts.length === 0) return null;
  return (
    <section aria-labelledby="acts-heading">
      <h2 id="acts-heading">{say('ui.act.title')}</h2>
      <Text size="sm" mb="sm">
        {say('ui.act.help')}
      </Text>
      <Group gap="sm">
        {acts.map((act) => (
          <Button key={act.act} variant="default" onClick={() => setChosen(act)}>
            {act.title}
          </Button>
        ))}
      </Group>
      {chosen && <ActDialog key={chosen.act} act={chosen} onClose={() => setChosen(undefined)} />}
    </section>
  );
}

function ActDialog({ act, onClose }: { act: Act; onClose: () => void }): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const { file, again } = useFile();
  const [blocking, setBlocking] = useState<readonly Finding[]>();
  const onDone = (): void => {
    onClose();
    again();
    void navigate(filePath(file.ref), { state: { said: 'ui.act.done' } });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={act.title}
      size="lg"
      lockScroll={false}
      closeButtonProps={{ 'aria-label': say('ui.close') }}
    >
      {blocking ? (
        <Blocked findings={blocking} />
      ) : (
        <ActForm act={act} onBlocked={setBlocking} onDone={onDone} onCancel={onClose} />
      )}
    </Modal>
  );
}

/** Why the system will not do it now, each reason with its own way out. */
function Blocked({ findings }: { findings: readonly Finding[] }): ReactNode {
  const say = useSay();
  const { file } = useFile();
  return (
    <>
      <Alert
        role="alert"
        color="red"
        variant="light"
        icon={<IconAlertTriangle aria-hidden />}
        title={say('ui.act.blocked')}
        mb="md"
      >
        {say('ui.act.blocked_help')}
      </Alert>
      <div className={css['column']}>
        <FindingList findings={findings} file={file} />
      </div>
    </>
  );
}

interface ActFormProps {
  readonly act: Act;
  readonly onBlocked: (findings: readonly Finding[]) => void;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

function ActForm({ act, onBlocked, onDone, onCancel }: ActFormProps): ReactNode {
  const say = useSay();
  const { client } = useAccess();
  const { file } = useFile();
  // Made once for this dialog: asking again for the same act does it once.
  const [id] = useState(() => crypto.randomUUID());
  const [reasons, setReasons] = useState('');
  const [noReasons, setNoReasons] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = async (): Promise<void> => {
    setNoReasons(reasons.trim() === '');
    if (reasons.trim() === '') return;
    setBusy(true);
    setFailure(undefined);
    const reply = await service.act(client, file.ref, act.act, id, reasons.trim());
    setBusy(false);
    if (reply.ok) onDone();
    else if (isProblem(reply.failure, 'blocked')) onBlocked(reply.failure.problem.findings ?? []);
    else setFailure(reply.failure);
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void submit();
  };
  return (
    <form noValidate onSubmit={onSubmit}>
      {act.help && <Text mb="sm">{act.help}</Text>}
      <Textarea
        label={say('ui.act.reasons')}
        description={say('ui.act.reasons_help')}
        value={reasons}
        dir="auto"
        rows={4}
        data-autofocus
        error={noReasons ? say('ui.act.reasons_missing') : undefined}
        onChange={(event) => setReasons(event.currentTarget.value)}
      />
      {failure && (
        <Trouble failure={failure} lead={say('ui.act.not_done')} again={() => void submit()} />
      )}
      <Group mt="md">
        <Button type="submit" loading={busy}>
          {act.title}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {say('ui.cancel')}
        </Button>
      </Group>
    </form>
  );
}

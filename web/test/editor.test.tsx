import { MantineProvider } from '@mantine/core';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../src/api/client';
import type {
  Field,
  Json,
  JsonObject,
  Kind,
  Pack,
  ProblemBody,
  RecordEntry,
} from '../src/api/types';
import { RecordEditor, type Change, type Done } from '../src/form/RecordEditor';
import { PackBook, PackBookProvider } from '../src/pack/pack';
import { WordingProvider } from '../src/text/texts';
import { applyPatch } from '../src/values/json';
import { field, kSamples } from './fields';

const fields: readonly Field[] = [
  field('text', { id: 'name', title: 'What it is called', required: true }),
  field('tri', { id: 'told', title: 'Was the child told' }),
  field('text', { id: 'why', title: 'Why not', shown: '!this.told' }),
  field('number', { id: 'count', title: 'How many' }),
];
const kind: Kind = {
  kind: 'note',
  dossier: 'child',
  title: 'Note',
  may: 'write',
  side: 'protection',
  category: 'D01',
  repeats: true,
  fields,
};
const pack: Pack = {
  pack: 'test',
  version: '1',
  title: 'Test',
  lang: 'en',
  languages: ['en'],
  time_zone: 'UTC',
  dossiers: [],
  kinds: [kind],
  codes: {
    colour: {
      title: 'Colour',
      codes: [
        { code: 'red', label: 'Red' },
        { code: 'blue', label: 'Blue' },
      ],
    },
  },
  categories: [],
  safeguards: [],
  acts: [],
  purposes: [],
  roles: [],
  scope: 'assigned',
  provisions: [],
  texts: {},
};
const record = (data: { [key: string]: Json }): RecordEntry => ({
  id: 'r1',
  kind: 'note',
  version: 2,
  recorded_at: '2026-03-01T00:00:00Z',
  recorded_by: { id: 'a', name: 'A' },
  data,
});

function refused(problem: Partial<ProblemBody>): Reply<Done> {
  return {
    ok: false,
    failure: {
      why: 'problem',
      problem: { type: '/problems/invalid', title: 'Invalid', status: 422, ...problem },
    },
  };
}

const sent: Change[] = [];
let saved = 0;

async function show(over: Partial<Parameters<typeof RecordEditor>[0]>): Promise<void> {
  const editor: ReactNode = (
    <RecordEditor
      kind={kind}
      records={[]}
      saveLabel="Save it"
      onSaved={() => {
        saved += 1;
      }}
      save={async (change) => {
        sent.push(change);
        return { ok: true, value: { merged: false } };
      }}
      {...over}
    />
  );
  const router = createMemoryRouter([{ path: '/', element: editor }]);
  render(
    <WordingProvider>
      <MantineProvider env="test">
        <PackBookProvider value={new PackBook(pack)}>
          <RouterProvider router={router} />
        </PackBookProvider>
      </MantineProvider>
    </WordingProvider>,
  );
  await screen.findByText('Save it');
}

const type = (label: string, text: string): void => {
  fireEvent.change(screen.getByLabelText(label, { exact: false, selector: 'input' }), {
    target: { value: text },
  });
};
const save = (): void => {
  fireEvent.click(screen.getByText('Save it'));
};

beforeEach(() => {
  sent.length = 0;
  saved = 0;
  localStorage.setItem('homeward.language', 'en');
});

describe('a record form', () => {
  it('sends what was answered, and nothing for what was not', async () => {
    await show({});
    type('What it is called', 'Heron');
    save();
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[0]?.data).toEqual({ name: 'Heron' });
  });
  it('sends a merge patch of what changed', async () => {
    await show({ record: record({ name: 'Heron', count: 3, told: 'yes' }) });
    type('How many', '');
    type('What it is called', 'Maple');
    save();
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[0]).toEqual({
      data: { name: 'Maple', told: 'yes' },
      patch: { name: 'Maple', count: null },
      version: 2,
    });
  });
  it('takes "refused" for an answer', async () => {
    await show({});
    fireEvent.click(screen.getByRole('button', { name: 'No answer to: What it is called' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Did not want to answer' }));
    save();
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[0]?.data).toEqual({ name: { unknown: 'refused' } });
  });
  it('keeps back what is no answer, and says where', async () => {
    await show({});
    type('How many', 'a few');
    save();
    await waitFor(() => expect(document.activeElement?.id).toBe('f-count'));
    expect(document.getElementById('f-count')?.getAttribute('aria-invalid')).toBe('true');
    expect(sent).toEqual([]);
  });
  it('shows what the service refused at its question', async () => {
    await show({
      save: async () =>
        refused({
          errors: [
            { pointer: '/data/name', detail: 'Not this name' },
            { pointer: '/data/gone', detail: 'No such field' },
          ],
        }),
    });
    type('What it is called', 'x');
    save();
    await waitFor(() => expect(document.activeElement?.id).toBe('f-name'));
    expect(
      within(
        document.querySelector<HTMLElement>('[data-field="/name"]') ?? document.body,
      ).getByText('Not this name'),
    ).toBeTruthy();
    expect(screen.getByText('No such field')).toBeTruthy();
    expect(saved).toBe(0);
  });
  it('keeps what was written when the service cannot be reached', async () => {
    let reachable = false;
    await show({
      save: async (change) => {
        sent.push(change);
        return reachable
          ? { ok: true, value: { merged: false } }
          : { ok: false, failure: { why: 'unreachable' } };
      },
    });
    type('What it is called', 'Heron');
    save();
    const again = await screen.findByText('Try again');
    reachable = true;
    fireEvent.click(again);
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[0]).toEqual(sent[1]);
  });
  it('asks only what applies, and never hides an answer', async () => {
    await show({});
    expect(screen.queryByText('Why not')).toBeNull();
    fireEvent.click(screen.getByLabelText('No'));
    expect(await screen.findByText('Why not')).toBeTruthy();
    type('Why not', 'asleep');
    fireEvent.click(screen.getByLabelText('Yes'));
    expect(screen.getByText('Why not')).toBeTruthy();
  });
  it('lets a person settle a conflict', async () => {
    const conflict = refused({
      type: '/problems/conflict',
      status: 409,
      base: { name: 'a', count: 1 },
      mine: { name: 'b', count: 2 },
      theirs: { name: 'c', count: 1 },
      conflicts: ['/name'],
    });
    await show({
      record: record({ name: 'a', count: 1 }),
      newest: async () => ({ ...record({ name: 'c', count: 1 }), version: 5 }),
      save: async (change) => {
        sent.push(change);
        return sent.length === 1 ? conflict : { ok: true, value: { merged: false } };
      },
    });
    type('What it is called', 'b');
    type('How many', '2');
    save();
    const dialog = await screen.findByRole('dialog');
    const settle = within(dialog).getByText('Save with these answers').closest('button');
    expect(settle?.disabled).toBe(true);
    fireEvent.click(within(dialog).getByLabelText(/Their answer/));
    await act(async () => {
      settle?.click();
    });
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[1]).toMatchObject({ patch: { count: 2 }, version: 5 });
  });
});

describe('an answer that is kept apart', () => {
  const apart: Kind = {
    ...kind,
    fields: [
      ...fields,
      field('text', { id: 'who', title: 'Who told us', second_reason: true }),
      field('place', { id: 'home', title: 'Where she lives', second_reason: true }),
      field('text', { id: 'wary', title: 'Why so wary', shown: "this.who == 'x'" }),
    ],
  };
  const kept = (data: { [key: string]: Json }): RecordEntry => ({
    ...record(data),
    reserved: ['who', 'home'],
  });
  const asked: (readonly [string, string])[] = [];
  const reveal = async (id: string, reason: string): Promise<Reply<JsonObject>> => {
    asked.push([id, reason]);
    return { ok: true, value: { [id]: id === 'who' ? 'a neighbour' : { text: 'by the mill' } } };
  };
  const ask = async (title: string, reason: string): Promise<void> => {
    fireEvent.click(screen.getByRole('button', { name: `Show with a reason: ${title}` }));
    const dialog = await screen.findByRole('dialog');
    if (reason !== '')
      fireEvent.change(within(dialog).getByLabelText('Reason'), { target: { value: reason } });
    fireEvent.click(within(dialog).getByText('Show it'));
  };
  const input = (id: string): HTMLInputElement | null =>
    document.querySelector<HTMLInputElement>(`[data-field="/${id}"] input`);
  beforeEach(() => {
    asked.length = 0;
  });

  it('is left alone by an amendment that does not touch it', async () => {
    await show({ kind: apart, record: kept({ name: 'a' }), reveal });
    expect(input('who')?.value).toBe('');
    type('What it is called', 'b');
    save();
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[0]?.patch).toEqual({ name: 'b' });
    expect(asked).toEqual([]);
  });
  it('asks for a reason before it shows anything', async () => {
    await show({ kind: apart, record: kept({ name: 'a' }), reveal });
    await ask('Who told us', '');
    expect(await screen.findByText('Write the reason')).toBeTruthy();
    expect(asked).toEqual([]);
  });
  it('appears with a reason, in its place and under the finger', async () => {
    await show({ kind: apart, record: kept({ name: 'a' }), reveal });
    await ask('Who told us', ' a visit ');
    await waitFor(() => expect(input('who')?.value).toBe('a neighbour'));
    expect(asked).toEqual([['who', 'a visit']]);
    await waitFor(() => expect(document.activeElement).toBe(input('who')));
    expect(screen.queryByRole('button', { name: 'Show with a reason: Who told us' })).toBeNull();
    expect(screen.getByText('Save it').closest('button')?.disabled).toBe(true);
    fireEvent.change(input('who') ?? document.body, { target: { value: '' } });
    save();
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[0]?.patch).toEqual({ who: null });
  });
  it('is replaced whole by what is written unseen', async () => {
    await show({ kind: apart, record: kept({ name: 'a' }), reveal });
    type('Who told us', 'a teacher');
    const home = document.querySelectorAll<HTMLInputElement>('[data-field="/home"] input');
    fireEvent.change(home[0] ?? document.body, { target: { value: 'the old well' } });
    save();
    await waitFor(() => expect(saved).toBe(1));
    const stored = { name: 'a', who: 'a neighbour', home: { pcode: 'IQ01', text: 'the mill' } };
    const after = applyPatch(stored, sent[0]?.patch ?? {});
    expect(after['who']).toBe('a teacher');
    expect(after['home']).toEqual(sent[0]?.data['home']);
    expect(Object.keys(after['home'] ?? {})).toHaveLength(1);
  });
  it('does not push out what was written before it was shown', async () => {
    await show({ kind: apart, record: kept({ name: 'a' }), reveal });
    type('Who told us', 'a teacher');
    await ask('Who told us', 'a visit');
    expect(await screen.findByText('Before: a neighbour')).toBeTruthy();
    expect(input('who')?.value).toBe('a teacher');
  });
  it('says when it was not shown, and can be asked again', async () => {
    await show({
      kind: apart,
      record: kept({ name: 'a' }),
      reveal: async () => ({ ok: false, failure: { why: 'unreachable' } }),
    });
    await ask('Who told us', 'a visit');
    expect(await screen.findByText('It was not shown')).toBeTruthy();
    expect(input('who')?.value).toBe('');
  });
  it('hides no question that hangs on it', async () => {
    await show({ kind: apart, record: kept({ name: 'a' }), reveal });
    expect(screen.getByText('Why so wary')).toBeTruthy();
  });
  it('can be read by a role that may not change it', async () => {
    const fixed = {
      ...apart,
      fields: apart.fields.map((one) => ({ ...one, may: 'read' as const })),
    };
    await show({ kind: fixed, record: kept({ name: 'a' }), reveal });
    await ask('Who told us', 'a visit');
    expect(await screen.findByText('a neighbour')).toBeTruthy();
    const frame = document.querySelector('[data-field="/who"]');
    await waitFor(() => expect(document.activeElement).toBe(frame));
  });
  it('is asked like any other in a new record', async () => {
    await show({ kind: apart, reveal });
    expect(screen.queryByText('Show with a reason')).toBeNull();
    type('Who told us', 'a teacher');
    save();
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[0]?.data).toEqual({ who: 'a teacher' });
  });
  it('is not told by a conflict, and mine is taken whole', async () => {
    const conflict = refused({
      type: '/problems/conflict',
      status: 409,
      base: {},
      mine: { who: 'a teacher' },
      theirs: {},
      conflicts: ['/who'],
    });
    await show({
      kind: apart,
      record: kept({ name: 'a' }),
      reveal,
      newest: async () => ({ ...kept({ name: 'a' }), version: 5 }),
      save: async (change) => {
        sent.push(change);
        return sent.length === 1 ? conflict : { ok: true, value: { merged: false } };
      },
    });
    type('Who told us', 'a teacher');
    save();
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('Before: kept apart')).toBeTruthy();
    fireEvent.click(within(dialog).getByLabelText(/Your answer/));
    await act(async () => {
      within(dialog).getByText('Save with these answers').closest('button')?.click();
    });
    await waitFor(() => expect(saved).toBe(1));
    expect(sent[1]).toMatchObject({ patch: { who: 'a teacher' }, version: 5 });
  });
});

describe('every type of question', () => {
  for (const { name, field: one, values } of kSamples.filter(
    ({ name: type_ }) => type_ !== 'reference',
  )) {
    it(`${name} is drawn, and untouched is unchanged`, async () => {
      const value = values[0];
      if (value === undefined) throw new Error('no sample');
      await show({
        kind: { ...kind, fields: [{ ...one, title: 'The question' }, ...fields] },
        record: record({ f: value, name: 'x' }),
      });
      expect(document.querySelector('[data-field="/f"]')?.textContent).toContain('The question');
      type('What it is called', 'y');
      save();
      await waitFor(() => expect(saved).toBe(1));
      expect(sent[0]?.patch).toEqual({ name: 'y' });
      expect(sent[0]?.data['f']).toEqual(name === 'instant' ? '2026-03-01T19:00:00+00:00' : value);
    });
  }
});

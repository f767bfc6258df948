import { useCallback, useEffect, useState } from 'react';
import type { Failure, Reply } from '../api/client';
import { useWording } from '../text/texts';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
  readonly loading: boolean;
  readonly again: () => void;
}

/** Loads when `load` or the language changes, and again when asked; what was shown stays until the new answer is there. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<Reply<T>>): Loaded<T> {
  const [value, setValue] = useState<T>();
  const [failure, setFailure] = useState<Failure>();
  const [loading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const { lang } = useWording();
  useEffect(() => {
    const stop = new AbortController();
    setLoading(true);
    void load(stop.signal).then((reply) => {
      if (stop.signal.aborted) return;
      setLoading(false);
      setFailure(reply.ok ? undefined : reply.failure);
      if (reply.ok) setValue(reply.value);
    });
    return () => stop.abort();
  }, [load, round, lang]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { value, failure, loading, again };
}

interface Wanted<P> {
  readonly load: (after: string | null, signal: AbortSignal) => Promise<Reply<P>>;
  readonly after: string | null;
  readonly round: number;
}

export interface Pages<T, P> {
  readonly items: readonly T[] | undefined;
  readonly first: P | undefined;
  readonly failure: Failure | undefined;
  readonly loading: boolean;
  readonly more: (() => void) | undefined;
  readonly again: () => void;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A list that comes in pages, each asked for by hand. */
export function usePages<T, P>(
  load: (after: string | null, signal: AbortSignal) => Promise<Reply<P>>,
  page: (answer: P) => Page<T>,
): Pages<T, P> {
  const [answers, setAnswers] = useState<readonly P[]>([]);
  const [failure, setFailure] = useState<Failure>();
  const [loading, setLoading] = useState(true);
  const { lang } = useWording();
  const [wanted, setWanted] = useState<Wanted<P>>({ load, after: null, round: 0 });
  // A page of another list must not be asked of this one: a new `load` begins at the first page.
  const { after, round } = wanted.load === load ? wanted : { after: null, round: 0 };
  useEffect(() => {
    const stop = new AbortController();
    setLoading(true);
    void load(after, stop.signal).then((reply) => {
      if (stop.signal.aborted) return;
      setLoading(false);
      setFailure(reply.ok ? undefined : reply.failure);
      if (reply.ok) setAnswers((old) => (after === null ? [reply.value] : [...old, reply.value]));
    });
    return () => stop.abort();
  }, [load, after, round, lang]);

  const last = answers.at(-1);
  const next = last === undefined ? null : page(last).next;
  return {
    items: answers.length === 0 ? undefined : answers.flatMap((answer) => page(answer).items),
    first: answers[0],
    failure,
    loading,
    more: next === null ? undefined : () => setWanted({ load, after: next, round: round + 1 }),
    again: () => setWanted({ load, after: failure ? after : null, round: round + 1 }),
  };
}

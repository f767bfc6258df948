import type { Client, Reply } from './client';
import type {
  DossierFile,
  Dossiers,
  Finding,
  History,
  JsonObject,
  Lens,
  NewRecord,
  Opened,
  Pack,
  Person,
  Reads,
  Saved,
  Session,
  Work,
} from './types';

function query(values: { readonly [name: string]: string | number | null | undefined }): string {
  const used = Object.entries(values).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return used.length === 0
    ? ''
    : `?${new URLSearchParams(used.map(([name, value]) => [name, String(value)]))}`;
}

const file = (ref: string): string => `/dossiers/${encodeURIComponent(ref)}`;

export const kPage = 50;

export const service = {
  signIn: (client: Client, name: string, password: string): Promise<Reply<Session>> =>
    client.call('/session', { method: 'POST', body: { name, password } }),
  session: (client: Client): Promise<Reply<Session>> => client.call('/session'),
  signOut: (client: Client): Promise<Reply<void>> => client.call('/session', { method: 'DELETE' }),
  pack: (client: Client, lang: string, signal: AbortSignal): Promise<Reply<Pack>> =>
    client.call(`/pack${query({ lang })}`, { signal, impersonal: true }),
  colleagues: (
    client: Client,
    signal: AbortSignal,
  ): Promise<Reply<{ colleagues: readonly Person[] }>> => client.call('/colleagues', { signal }),
  dossiers: (
    client: Client,
    type: string,
    after: string | null,
    signal: AbortSignal,
  ): Promise<Reply<Dossiers>> =>
    client.call(`/dossiers${query({ type, after, limit: kPage })}`, { signal }),
  open: (
    client: Client,
    id: string,
    type: string,
    records: readonly NewRecord[],
  ): Promise<Reply<Opened>> =>
    client.call('/dossiers', {
      method: 'POST',
      body: { id, type, records: records.map((r) => ({ ...r })) },
    }),
  file: (client: Client, ref: string, signal?: AbortSignal): Promise<Reply<DossierFile>> =>
    client.call(file(ref), signal ? { signal } : {}),
  add: (client: Client, ref: string, record: NewRecord): Promise<Reply<Saved>> =>
    client.call(`${file(ref)}/records`, { method: 'POST', body: { ...record } }),
  amend: (
    client: Client,
    ref: string,
    id: string,
    version: number,
    patch: JsonObject,
  ): Promise<Reply<Saved>> =>
    client.call(`${file(ref)}/records/${encodeURIComponent(id)}`, {
      method: 'PATCH',
      body: patch,
      headers: { 'If-Match': `"${version}"`, 'Content-Type': 'application/merge-patch+json' },
    }),
  reveal: (
    client: Client,
    ref: string,
    id: string,
    fields: readonly string[],
    reason: string,
  ): Promise<Reply<{ data: JsonObject }>> =>
    client.call(`${file(ref)}/records/${encodeURIComponent(id)}/reveal`, {
      method: 'POST',
      body: { fields: [...fields], reason },
    }),
  allFindings: (
    client: Client,
    ref: string,
    signal: AbortSignal,
  ): Promise<Reply<{ findings: readonly Finding[] }>> =>
    client.call(`${file(ref)}/findings?all=1`, { signal }),
  act: (
    client: Client,
    ref: string,
    act: string,
    id: string,
    reasons: string,
  ): Promise<Reply<{ id: string }>> =>
    client.call(`${file(ref)}/acts/${encodeURIComponent(act)}`, {
      method: 'POST',
      body: { id, reasons },
    }),
  history: (
    client: Client,
    ref: string,
    before: string | null,
    signal: AbortSignal,
  ): Promise<Reply<History>> =>
    client.call(`${file(ref)}/history${query({ before, limit: kPage })}`, { signal }),
  reads: (
    client: Client,
    ref: string,
    before: string | null,
    signal: AbortSignal,
  ): Promise<Reply<Reads>> =>
    client.call(`${file(ref)}/reads${query({ before, limit: kPage })}`, { signal }),
  work: (
    client: Client,
    lens: Lens,
    after: string | null,
    signal: AbortSignal,
  ): Promise<Reply<Work>> =>
    client.call(`/work${query({ lens, after, limit: kPage })}`, { signal }),
};

import type { Json, ProblemBody } from './types';

/** Why a call did not answer what was asked. */
export type Failure =
  | { readonly why: 'problem'; readonly problem: ProblemBody }
  | { readonly why: 'busy'; readonly seconds: number }
  /** More files were asked for than one person is shown at one time. */
  | { readonly why: 'many'; readonly seconds: number }
  | { readonly why: 'unreachable' };

export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Call {
  readonly method?: Method;
  readonly body?: Json;
  readonly headers?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
  /** Holds nothing about a person, so that the browser may keep it and ask whether it is still good. */
  readonly impersonal?: boolean;
}

const kBase = 'api/v1';
const kTimeoutMs = 30_000;
const kTooMany = '/problems/too_many';
/** Waits before a call is tried again by itself. Writes carry their own ids, so that a repeat changes nothing. */
const kPausesMs: readonly number[] = [400, 1500];

/** The service as one signed-in person sees it. Holds the CSRF token in memory and nowhere else. */
export class Client {
  private csrf = '';
  private purpose = '';
  private language = 'en';
  private aheadMs = 0;
  private lastCallAt = Date.now();

  constructor(private readonly onSignedOut: () => void) {}

  setCsrf(token: string): void {
    this.csrf = token;
  }

  setPurpose(purpose: string): void {
    this.purpose = purpose;
  }

  /** Findings, titles and problems come in this language. */
  setLanguage(language: string): void {
    this.language = language;
  }

  /** Now by the server's clock: a due time must not hang on how this device is set. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  get lastCall(): number {
    return this.lastCallAt;
  }

  async call<T>(path: string, call: Call = {}): Promise<Reply<T>> {
    let reply = await this.once<T>(path, call);
    for (const pause of kPausesMs) {
      if (reply.ok || !worthRepeating(reply.failure) || call.signal?.aborted) break;
      await new Promise((resume) => setTimeout(resume, pause));
      reply = await this.once<T>(path, call);
    }
    return reply;
  }

  private async once<T>(path: string, call: Call): Promise<Reply<T>> {
    const limit = AbortSignal.timeout(kTimeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
    try {
      const answer = await fetch(`${kBase}${path}`, {
        method: call.method ?? 'GET',
        headers: this.headers(call),
        body: call.body === undefined ? null : JSON.stringify(call.body),
        credentials: 'same-origin',
        cache: call.impersonal ? 'no-cache' : 'no-store',
        redirect: 'error',
        signal,
      });
      this.lastCallAt = Date.now();
      this.learnTime(answer.headers.get('date'));
      return await this.read<T>(answer, path);
    } catch {
      return { ok: false, failure: { why: 'unreachable' } };
    }
  }

  private headers(call: Call): Record<string, string> {
    const headers: Record<string, string> = {
      Accept: 'application/json, application/problem+json',
      'Accept-Language': this.language,
      ...call.headers,
    };
    if (call.body !== undefined && !('Content-Type' in headers))
      headers['Content-Type'] = 'application/json';
    if (this.purpose !== '') headers['X-Purpose'] = this.purpose;
    if ((call.method ?? 'GET') !== 'GET' && this.csrf !== '') headers['X-CSRF-Token'] = this.csrf;
    return headers;
  }

  private async read<T>(answer: Response, path: string): Promise<Reply<T>> {
    if (answer.ok) {
      const text = await answer.text();
      return { ok: true, value: (text === '' ? undefined : JSON.parse(text)) as T };
    }
    if (answer.status === 429 || answer.status === 503) {
      const seconds = Number(answer.headers.get('retry-after')) || 5;
      const { type } = await problemOf(answer);
      return { ok: false, failure: { why: type === kTooMany ? 'many' : 'busy', seconds } };
    }
    if (answer.status === 401 && path !== '/session') this.onSignedOut();
    return { ok: false, failure: { why: 'problem', problem: await problemOf(answer) } };
  }

  private learnTime(date: string | null): void {
    const server = date === null ? Number.NaN : Date.parse(date);
    // The header counts whole seconds; less than that says nothing about this device's clock.
    if (!Number.isNaN(server) && Math.abs(server - Date.now()) > 2000)
      this.aheadMs = server - Date.now();
    else this.aheadMs = 0;
  }
}

function worthRepeating(failure: Failure): boolean {
  return failure.why === 'unreachable' || (failure.why === 'busy' && failure.seconds <= 1);
}

async function problemOf(answer: Response): Promise<ProblemBody> {
  const bare: ProblemBody = {
    type: 'about:blank',
    title: answer.statusText || String(answer.status),
    status: answer.status,
  };
  if (!(answer.headers.get('content-type') ?? '').includes('json')) return bare;
  try {
    return { ...bare, ...((await answer.json()) as Partial<ProblemBody>) };
  } catch {
    return bare;
  }
}

export function isProblem(
  failure: Failure,
  name: string,
): failure is Extract<Failure, { why: 'problem' }> {
  return failure.why === 'problem' && failure.problem.type.endsWith(`/${name}`);
}

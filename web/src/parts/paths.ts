/** Addresses stand behind the `#`: a file's reference never reaches a server's log, a proxy or a Referer header. */
const part = encodeURIComponent;

export const filePath = (ref: string): string => `/file/${part(ref)}`;

export function recordPath(ref: string, record: string, field = ''): string {
  return `${filePath(ref)}/record/${part(record)}${field === '' ? '' : `?field=${part(field)}`}`;
}

export function addPath(ref: string, kind = '', field = ''): string {
  return `${filePath(ref)}/add${kind === '' ? '' : `/${part(kind)}`}${field === '' ? '' : `?field=${part(field)}`}`;
}

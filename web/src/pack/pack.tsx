import { createContext, useCallback, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { service } from '../api/calls';
import type { Act, DossierType, Field, Kind, Pack, Safeguard } from '../api/types';
import { Trouble, Waiting } from '../parts/Trouble';
import { useLoad } from '../parts/load';
import { useAccess } from '../session/session';
import { useWording } from '../text/texts';

/** The pack with the look-ups that pages need. */
export class PackBook {
  private readonly kinds: ReadonlyMap<string, Kind>;
  private readonly titles: ReadonlyMap<string, string>;
  private readonly gists: ReadonlyMap<string, string>;
  private readonly labels = new Map<string, ReadonlyMap<string, string>>();

  constructor(readonly pack: Pack) {
    this.kinds = new Map(pack.kinds.map((kind) => [kind.kind, kind]));
    const titled = [...pack.categories, ...pack.purposes, ...pack.roles, ...pack.safeguards];
    this.titles = new Map(titled.map((item) => [item.id, item.title]));
    this.gists = new Map(pack.provisions.map((item) => [item.id, item.gist]));
    for (const [list, { codes }] of Object.entries(pack.codes)) {
      this.labels.set(list, new Map(codes.map((item) => [item.code, item.label])));
    }
  }

  kind(id: string | null | undefined): Kind | undefined {
    return id ? this.kinds.get(id) : undefined;
  }

  kindsOf(dossier: string): readonly Kind[] {
    return this.pack.kinds.filter((kind) => kind.dossier === dossier);
  }

  dossier(type: string): DossierType | undefined {
    return this.pack.dossiers.find((item) => item.dossier === type);
  }

  /** The title of a category, purpose, role or safeguard; its id where the pack names none. */
  title(id: string): string {
    return this.titles.get(id) ?? id;
  }

  gist(provision: string): string | undefined {
    return this.gists.get(provision);
  }

  safeguard(id: string): Safeguard | undefined {
    return this.pack.safeguards.find((item) => item.id === id);
  }

  /** `kind.field…` by its titles. */
  pathTitle(path: string): string {
    const [first = '', ...rest] = path.split('.');
    const kind = this.kind(first);
    if (!kind) return path;
    return rest.length === 0 ? kind.title : this.fieldTitle(kind, rest.join('.'));
  }

  act(id: string): Act | undefined {
    return this.pack.acts.find((act) => act.act === id);
  }

  label(list: string, code: string): string {
    return this.labels.get(list)?.get(code) ?? code;
  }

  /** The title of the field at `path` (`stays.place`, list positions left out), with its group's before it. */
  fieldTitle(kind: Kind, path: string): string {
    const names: string[] = [];
    let level: readonly Field[] = kind.fields;
    for (const step of path.split(/[./]/).filter((part) => part !== '' && !/^\d+$/.test(part))) {
      const field = level.find((item) => item.id === step);
      if (!field) {
        if (names.length === 0) names.push(step);
        break;
      }
      names.push(field.title);
      level = field.fields ?? [];
    }
    return names.join(' · ');
  }
}

const BookContext = createContext<PackBook | undefined>(undefined);

/** For a pack that is already there. */
export const PackBookProvider = BookContext.Provider;

export function usePack(): PackBook {
  const book = useContext(BookContext);
  if (!book) throw new Error('no pack');
  return book;
}

export function PackProvider({ children }: { children: ReactNode }): ReactNode {
  const { client } = useAccess();
  const { lang, overlay } = useWording();
  const load = useCallback(
    (signal: AbortSignal) => service.pack(client, lang, signal),
    [client, lang],
  );
  const { value, failure, again } = useLoad(load);
  const book = useMemo(() => value && new PackBook(value), [value]);
  useEffect(() => {
    // Texts of the language before the last switch must not lie over those of this one.
    overlay(value?.lang === lang ? value.texts : undefined);
  }, [value, lang, overlay]);
  if (book) return <BookContext value={book}>{children}</BookContext>;
  return failure ? <Trouble failure={failure} again={again} /> : <Waiting />;
}

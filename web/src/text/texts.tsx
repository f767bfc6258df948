import { DirectionProvider, useDirection } from '@mantine/core';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import type english from '../generated/en.json';

export type TextKey = keyof typeof english;
export type Texts = { readonly [key: string]: string };
export type Say = (key: TextKey, values?: { readonly [name: string]: string | number }) => string;

export const kLanguages = ['en', 'fr', 'ar'] as const;
export type Language = (typeof kLanguages)[number];

/** The only thing that the page keeps in the browser. */
const kRemembered = 'homeward.language';

const loaders: { readonly [lang in Language]: () => Promise<{ default: Texts }> } = {
  en: () => import('../generated/en.json'),
  fr: () => import('../generated/fr.json'),
  ar: () => import('../generated/ar.json'),
};

export function isLanguage(text: string | null | undefined): text is Language {
  return kLanguages.some((lang) => lang === text);
}

function firstLanguage(): Language {
  const chosen = localStorage.getItem(kRemembered);
  if (isLanguage(chosen)) return chosen;
  const wanted = navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage);
  return wanted ?? 'en';
}

export function directionOf(lang: string): 'ltr' | 'rtl' {
  return ['ar', 'fa', 'he', 'ku', 'ps', 'ur'].includes(lang.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

export function fill(
  text: string,
  values: { readonly [name: string]: string | number } = {},
): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function sayer(...layers: (Texts | undefined)[]): Say {
  return (key, values) => {
    const text = layers.find((layer) => layer?.[key] !== undefined)?.[key];
    return fill(text ?? key, values);
  };
}

interface Wording {
  readonly lang: Language;
  readonly say: Say;
  readonly setLanguage: (lang: Language) => void;
  /** Lays the texts of the pack over the built-in ones. */
  readonly overlay: (texts: Texts | undefined) => void;
}

const WordingContext = createContext<Wording | undefined>(undefined);

export function useWording(): Wording {
  const wording = useContext(WordingContext);
  if (!wording) throw new Error('no WordingProvider');
  return wording;
}

export function useSay(): Say {
  return useWording().say;
}

export function WordingProvider({ children }: { children: ReactNode }): ReactNode {
  return (
    <DirectionProvider detectDirection={false} initialDirection={directionOf(firstLanguage())}>
      <Words>{children}</Words>
    </DirectionProvider>
  );
}

function Words({ children }: { children: ReactNode }): ReactNode {
  const [lang, setLang] = useState<Language>(firstLanguage);
  const [own, setOwn] = useState<{ lang: Language; texts: Texts }>();
  const [fromPack, overlay] = useState<Texts>();
  const { setDirection } = useDirection();

  useEffect(() => {
    let current = true;
    void loaders[lang]().then((loaded) => {
      if (current) setOwn({ lang, texts: loaded.default });
    });
    document.documentElement.lang = lang;
    setDirection(directionOf(lang));
    return () => {
      current = false;
    };
  }, [lang, setDirection]);

  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(kRemembered, next);
    setLang(next);
  }, []);
  const wording = useMemo<Wording>(
    () => ({ lang, say: sayer(fromPack, own?.texts), setLanguage, overlay }),
    [lang, own, fromPack, setLanguage],
  );
  if (own === undefined) return null;
  return <WordingContext value={wording}>{children}</WordingContext>;
}

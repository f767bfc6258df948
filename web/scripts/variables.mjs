// Writes src/generated/variables.css: Mantine's CSS variables for our theme, made once here and not injected by a
// <style> element while running, so that the page works under `style-src 'self'`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  convertCssVariables,
  defaultCssVariablesResolver,
  mergeMantineTheme,
  DEFAULT_THEME,
} from '@mantine/core';
import { theme } from '../src/theme.js';

const here = dirname(fileURLToPath(import.meta.url));
const merged = mergeMantineTheme(DEFAULT_THEME, theme);
const css = convertCssVariables(defaultCssVariablesResolver(merged), ':root', false);
mkdirSync(join(here, '../src/generated'), { recursive: true });
writeFileSync(join(here, '../src/generated/variables.css'), css + '\n');

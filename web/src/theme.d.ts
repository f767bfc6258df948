import type { MantineThemeOverride } from '@mantine/core';

export declare const theme: MantineThemeOverride;

import { createTheme } from '@mantine/core';

/** One calm accent; severity never rests on colour, so the palette stays small. */
export const theme = createTheme({
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Geeza Pro", Tahoma, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  primaryColor: 'calm',
  primaryShade: 8,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    // A dialog's title is no banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'none' } } } },
  },
  colors: {
    calm: [
      '#eef7f6',
      '#dcecea',
      '#b5d9d5',
      '#8bc5bf',
      '#69b4ad',
      '#53aaa1',
      '#45a59c',
      '#348f87',
      '#1f6f6b',
      '#0d5e59',
    ],
  },
});

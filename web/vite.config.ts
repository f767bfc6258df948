import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const service = process.env['HOMEWARD_SERVICE'] ?? 'http://127.0.0.1:8099';

export default defineConfig({
  plugins: [react()],
  base: './',
  build: {
    target: 'es2022',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': service } },
  test: {
    environment: 'jsdom',
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    // Only for what hangs: on a busy machine a form of every question takes its time.
    testTimeout: 120_000,
  },
});

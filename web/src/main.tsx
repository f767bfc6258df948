import '@mantine/core/styles.css';
import './generated/variables.css';
import './styles.css';
import { MantineProvider, type MantineColorSchemeManager } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { theme } from './theme';
import { WordingProvider } from './text/texts';

/** One scheme for now; Mantine's own manager would write to the browser's storage. */
const kFixedScheme: MantineColorSchemeManager = {
  get: () => 'light',
  set: () => {},
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => {},
};

const root = document.getElementById('root');
if (!root) throw new Error('no #root');
createRoot(root).render(
  <WordingProvider>
    <MantineProvider
      theme={theme}
      colorSchemeManager={kFixedScheme}
      forceColorScheme="light"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <App />
    </MantineProvider>
  </WordingProvider>,
);

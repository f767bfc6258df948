// The service that the pages are tried on: the real program on a folder of its own. With HOMEWARD_URL a service that
// already runs is used instead (HOMEWARD_NAME, HOMEWARD_PASSWORD sign in there), such as the stand-in of web/dev.
import {newRegister, password, serve} from '../service.mjs';

export async function startService(more = []) {
  const running = process.env.HOMEWARD_URL;
  if (running) {
    const who = {name: process.env.HOMEWARD_NAME ?? 'demo', password: process.env.HOMEWARD_PASSWORD ?? 'demo'};
    return {base: running, who, other: who, stop: async () => {}};
  }
  const register = newRegister([['rania', 'CW'], ['tomas', 'CW'], ['samira', 'SUP']]);
  const served = await serve(register.data, more);
  return {
    base: served.base,
    who: {name: 'rania', password},
    other: {name: 'samira', password},
    stop: async () => {
      await served.stop();
      register.remove();
    },
  };
}

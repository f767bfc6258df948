/** One flag for the whole page: is there something unsaved that leaving would lose? */
let unsaved = 0;
let allowed = false;

/** Counts one unsaved form until the returned function is called. */
export function holdLeaving(): () => void {
  unsaved += 1;
  let held = true;
  return () => {
    if (held) unsaved -= 1;
    held = false;
  };
}

export function isHeld(): boolean {
  return unsaved > 0 && !allowed;
}

/** From here on the page may go: the person chose to sign out, or the session is over. */
export function allowLeaving(): void {
  allowed = true;
}

window.addEventListener('beforeunload', (event) => {
  if (isHeld()) event.preventDefault();
});

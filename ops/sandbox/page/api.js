// Calls to the sandbox's people's side.
export async function call(path, body) {
  const options = body === undefined ? {} : body instanceof FormData ? { method: 'POST', body } : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw new Error(String(error.message ?? error));
  }
  const value = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(value.error ?? response.statusText);
  return value;
}

// All chats of one person, live. Closed while the tab is hidden: a browser opens few connections to one host.
export class Stream {
  constructor(person, handlers) {
    this.person = person;
    this.handlers = handlers;
    this.onVisibility = () => (document.hidden ? this.pause() : this.open());
    document.addEventListener('visibilitychange', this.onVisibility);
    this.open();
  }

  open() {
    if (this.source) return;
    let backlog = [];
    let live = false;
    const source = new EventSource(`/user/${this.person}/events?after=0`);
    this.source = source;
    source.onopen = () => { backlog = []; live = false; };
    source.onerror = () => this.handlers.offline();
    source.addEventListener('message', (event) => {
      const message = JSON.parse(event.data);
      if (live) this.handlers.message(message);
      else backlog.push(message);
    });
    source.addEventListener('ready', () => { live = true; this.handlers.ready(backlog); });
    for (const kind of ['deleted', 'action', 'commands']) {
      source.addEventListener(kind, (event) => this.handlers[kind](JSON.parse(event.data)));
    }
  }

  pause() {
    this.source?.close();
    this.source = null;
  }

  close() {
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.pause();
  }
}

// The messages of the open chat: order, runs by sender, days, scrolling.
import { make } from './dom.js';
import { messageNode, noteOf } from './message.js';
import { day } from './words.js';

const RUN_SECONDS = 600;
const NEAR_END = 120;
const MOST_SHOWN = 200;

export class Log {
  constructor(actions) {
    this.actions = actions;
    this.scroller = document.getElementById('log');
    this.list = document.getElementById('messages');
    this.down = document.getElementById('down');
    this.missed = 0;
    this.drawn = new Map();
    this.scroller.addEventListener('scroll', () => this.showDown(), { passive: true });
    this.down.addEventListener('click', () => this.toEnd(true));
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.list);
    this.stuck = true;
  }

  // Shows `messages` (in order); `empty` is what stands there when there are none.
  open(messages, person, group, empty) {
    this.person = person;
    this.group = group;
    this.missed = 0;
    this.drawn.clear();
    this.list.replaceChildren();
    if (messages.length) this.redraw(messages);
    else if (empty) this.list.append(empty);
    this.toEnd();
    this.showDown();
  }

  // Draws the last messages; what has not changed keeps its node.
  redraw(all, arrived = 0) {
    const messages = all.slice(-MOST_SHOWN);
    const drawn = new Map();
    const nodes = [];
    const fresh = [];
    messages.forEach((message, index) => {
      const before = messages[index - 1];
      const today = day(message.date);
      const heads = !before || day(before.date) !== today;
      if (heads) nodes.push(this.kept(drawn, `day ${today}`, today, () => make('div', { class: 'day' }, today)));
      const place = this.place(before, message, messages[index + 1]);
      const node = this.kept(drawn, message.message_id, JSON.stringify([message, place]), () => {
        const made = messageNode(message, place, this.actions);
        if (message.message_id === arrived) made.classList.add('arrived');
        made.addEventListener('animationend', (event) => event.target === made && made.classList.remove('arrived'));
        fresh.push(made);
        return made;
      });
      nodes.push(node);
    });
    this.drawn = drawn;
    this.replace(nodes);
    this.makeRoom(fresh);
  }

  kept(drawn, id, key, create) {
    const old = this.drawn.get(id);
    const entry = old?.key === key ? old : { key, node: create() };
    drawn.set(id, entry);
    return entry.node;
  }

  replace(nodes) {
    const focused = document.activeElement?.dataset?.key;
    const owner = document.activeElement?.closest?.('[data-id]')?.dataset.id;
    const wanted = new Set(nodes);
    for (const node of [...this.list.children]) if (!wanted.has(node)) node.remove();
    let cursor = this.list.firstChild;
    for (const node of nodes) {
      if (cursor === node) cursor = cursor.nextSibling;
      else this.list.insertBefore(node, cursor);
    }
    if (owner && document.activeElement === document.body) {
      const keys = [...this.list.querySelectorAll(`[data-id="${owner}"] [data-key]`)];
      (keys.find((node) => node.dataset.key === focused) ?? keys[0])?.focus({ preventScroll: true });
    }
  }

  // Keeps the end of each text clear of the time below it. All reads come before all writes.
  makeRoom(nodes) {
    const texts = nodes.flatMap((node) => [...node.querySelectorAll('.text')]);
    const widths = texts.map((text) => text.parentElement.querySelector('.meta').offsetWidth + 8);
    texts.forEach((text, index) => text.style.setProperty('--meta', `${widths[index]}px`));
  }

  place(before, message, after) {
    const joined = (one, other) => one && other && one.from?.id === other.from?.id && !noteOf(one) && !noteOf(other) && Math.abs(one.date - other.date) < RUN_SECONDS && day(one.date) === day(other.date);
    return { own: message.from.id === this.person, group: this.group, first: !joined(before, message), last: !joined(message, after) };
  }

  // After changes, of which `fresh` are new messages: keeps the end in view if it was, or if one has written oneself.
  changed(messages, fresh) {
    const follow = this.stuck || fresh.some((message) => message.from.id === this.person);
    this.redraw(messages, fresh.at(-1)?.message_id);
    if (follow) this.toEnd();
    else this.missed += fresh.length;
    this.showDown();
  }

  toEnd(smooth = false) {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? 'smooth' : 'instant' });
  }

  showDown() {
    this.stuck = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END;
    if (this.stuck) this.missed = 0;
    this.down.hidden = this.stuck;
    this.down.querySelector('b')?.remove();
    if (this.missed) this.down.append(make('b', { class: 'unread' }, String(this.missed)));
  }

  jump(id) {
    const node = this.list.querySelector(`[data-id="${id}"]`);
    node?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    node?.classList.add('flash');
    setTimeout(() => node?.classList.remove('flash'), 1200);
  }
}

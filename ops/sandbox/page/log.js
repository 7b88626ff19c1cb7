// The messages of the open chat: order, runs by sender, days, scrolling.
import { make } from './dom.js';
import { messageNode, noteOf } from './message.js';
import { day } from './words.js';

const RUN_SECONDS = 600;
const NEAR_END = 120;

export class Log {
  constructor(actions) {
    this.actions = actions;
    this.scroller = document.getElementById('log');
    this.list = document.getElementById('messages');
    this.down = document.getElementById('down');
    this.missed = 0;
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
    this.list.replaceChildren();
    if (messages.length) this.redraw(messages);
    else if (empty) this.list.append(empty);
    this.toEnd();
  }

  redraw(messages, arrived = 0) {
    const nodes = [];
    messages.forEach((message, index) => {
      const before = messages[index - 1];
      if (!before || day(before.date) !== day(message.date)) nodes.push(make('div', { class: 'day' }, day(message.date)));
      const node = messageNode(message, this.place(before, message, messages[index + 1]), this.actions);
      if (message.message_id === arrived) node.classList.add('arrived');
      nodes.push(node);
    });
    const focused = document.activeElement?.dataset?.key;
    const owner = document.activeElement?.closest?.('[data-id]')?.dataset.id;
    this.list.replaceChildren(...nodes);
    if (owner) {
      const keys = [...this.list.querySelectorAll(`[data-id="${owner}"] [data-key]`)];
      (keys.find((node) => node.dataset.key === focused) ?? keys[0])?.focus({ preventScroll: true });
    }
    for (const bubble of this.list.querySelectorAll('.bubble')) {
      bubble.querySelector('.text')?.style.setProperty('--meta', `${bubble.querySelector('.meta').offsetWidth + 8}px`);
    }
  }

  place(before, message, after) {
    const joined = (one, other) => one && other && one.from?.id === other.from?.id && !noteOf(one) && !noteOf(other) && Math.abs(one.date - other.date) < RUN_SECONDS && day(one.date) === day(other.date);
    return { own: message.from.id === this.person, group: this.group, first: !joined(before, message), last: !joined(message, after) };
  }

  // After a change: keeps the end in view if it was in view, or if one has written oneself.
  changed(messages, message, isNew) {
    const follow = this.stuck || (isNew && message.from.id === this.person);
    this.redraw(messages, isNew ? message.message_id : 0);
    if (follow) this.toEnd();
    else if (isNew) this.missed += 1;
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

// A text with entities as nodes. Offsets count UTF-16 units, and so do JavaScript's strings.
import { make } from './dom.js';
import { say } from './words.js';
import { toast } from './dialogs.js';

const SIMPLE = { bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's' };
const BLOCKS = new Set(['pre', 'blockquote', 'expandable_blockquote']);
const SAFE = /^(https?:|mailto:)/i;

export function render(text, entities = [], actions = {}) {
  const fragment = document.createDocumentFragment();
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fill(fragment, text, 0, text.length, sorted, actions);
  return fragment;
}

function fill(parent, text, start, end, entities, actions) {
  let position = start;
  const queue = [...entities];
  while (queue.length) {
    const entity = queue.shift();
    const from = Math.max(entity.offset, position);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    if (from > position) parent.append(text.slice(position, from));
    const inner = [];
    while (queue.length && queue[0].offset < to) {
      const next = queue.shift();
      inner.push(next);
      if (next.offset + next.length > to) {
        queue.unshift({ ...next, offset: to, length: next.offset + next.length - to });
        break;
      }
    }
    const node = element(entity, text.slice(from, to), actions);
    fill(node.querySelector('[data-inner]') ?? node, text, from, to, inner, actions);
    parent.append(node);
    position = BLOCKS.has(entity.type) && text[to] === '\n' ? to + 1 : to;
  }
  if (position < end) parent.append(text.slice(position, end));
}

function element(entity, text, actions) {
  const { type } = entity;
  if (SIMPLE[type]) return make(SIMPLE[type]);
  if (type === 'code') return make('code', { onclick: () => copy(text) });
  if (type === 'pre') return make('pre', { 'data-language': entity.language });
  if (type === 'blockquote') return make('blockquote');
  if (type === 'expandable_blockquote') {
    return make('blockquote', { class: text.length > 160 || text.split('\n').length > 3 ? 'cut' : '', onclick: (event) => event.currentTarget.classList.remove('cut') });
  }
  if (type === 'spoiler') {
    const show = (event) => event.currentTarget.classList.add('shown');
    return make('span', { class: 'spoiler', role: 'button', tabindex: '0', onclick: show, onkeydown: (event) => event.key === 'Enter' && show(event) }, make('span', { 'data-inner': true }));
  }
  if (type === 'bot_command' && actions.command) return make('button', { class: 'command', type: 'button', onclick: () => actions.command(text) });
  if (type === 'hashtag' || type === 'cashtag' || type === 'mention' || type === 'text_mention') return make('span', { class: 'tag' });
  const address = { text_link: entity.url, url: /^[a-z]+:/i.test(text) ? text : `https://${text}`, email: `mailto:${text}` }[type];
  return address ? link(address, actions) : make('span');
}

export function link(address, actions, ...children) {
  if (!SAFE.test(address)) return make('span', {}, ...children);
  const deep = actions.deepLink?.(address);
  if (deep) return make('a', { href: address, onclick: (event) => { event.preventDefault(); deep(); } }, ...children);
  return make('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(say('copied'));
  } catch {
    toast(text);
  }
}

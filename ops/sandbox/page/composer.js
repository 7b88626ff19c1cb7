// The input: text, the command menu, inline queries.
import { icon, make } from './dom.js';
import { say } from './words.js';

const INLINE_PAUSE = 300;

export class Composer {
  // `actions`: send(text), sendFile(file, caption), commands() → list, inline(query) → {results, button}, begin(payload), choose(result), botName().
  constructor(actions) {
    this.actions = actions;
    this.form = document.getElementById('composer');
    this.field = document.getElementById('text');
    this.panel = document.getElementById('panel');
    this.menu = document.getElementById('menu');
    this.asked = 0;
    this.attach = document.getElementById('attach');
    this.file = document.getElementById('file');
    this.attach.addEventListener('click', () => this.file.click());
    this.file.addEventListener('change', () => { this.sendFiles(this.file.files); this.file.value = ''; });
    this.form.addEventListener('dragover', (event) => event.preventDefault());
    this.form.addEventListener('drop', (event) => { event.preventDefault(); this.sendFiles(event.dataTransfer.files); });
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.submit(); });
    this.field.addEventListener('input', () => this.changed());
    this.field.addEventListener('keydown', (event) => this.key(event));
    this.menu.addEventListener('click', () => (this.panel.hidden ? this.showCommands('') : this.hide()));
    document.addEventListener('click', (event) => { if (!event.target.closest('.foot')) this.hide(); });
  }

  label() {
    this.menu.replaceChildren(icon('menu'), make('span', {}, say('menu')));
    this.menu.setAttribute('aria-label', say('menu'));
    this.attach.replaceChildren(icon('clip'));
    this.attach.setAttribute('aria-label', say('attach'));
    this.attach.title = say('attach');
    const send = document.getElementById('send');
    send.replaceChildren(icon('send'));
    send.setAttribute('aria-label', say('send'));
    this.field.placeholder = say('message');
    this.field.setAttribute('aria-label', say('message'));
  }

  write(text) {
    this.field.value = text;
    this.field.focus();
    this.changed();
  }

  sendFiles(files) {
    for (const file of files) this.actions.sendFile(file, this.field.value.trim());
    if (files.length) { this.field.value = ''; this.changed(); }
  }

  submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = '';
    this.changed();
    this.actions.send(text);
  }

  changed() {
    this.field.style.height = 'auto';
    this.field.style.height = `${Math.min(this.field.scrollHeight, 200)}px`;
    clearTimeout(this.timer);
    const text = this.field.value;
    const prefix = `@${this.actions.botName()} `;
    if (text.toLowerCase().startsWith(prefix.toLowerCase())) {
      this.timer = setTimeout(() => this.ask(text.slice(prefix.length)), INLINE_PAUSE);
    } else if (/^\/\w*$/.test(text)) this.showCommands(text.slice(1));
    else this.hide();
  }

  async ask(query) {
    const number = ++this.asked;
    if (this.panel.hidden) this.show([make('p', { class: 'empty' }, say('searching'))]);
    try {
      const { results, button } = await this.actions.inline(query);
      if (number !== this.asked) return;
      const above = button ? [this.begin(button)] : [];
      this.show([...above, ...(results.length || button ? results.map((result) => this.result(result, query)) : [make('p', { class: 'empty' }, say('empty'))])]);
    } catch (error) {
      if (number === this.asked) this.show([make('p', { class: 'empty' }, error.message)]);
    }
  }

  result(result, query) {
    const choose = () => { this.field.value = ''; this.changed(); this.actions.choose(result, query); };
    const text = make('span', { class: 'result' }, make('b', {}, result.title ?? result.sends?.text?.split('\n')[0] ?? ''), make('span', {}, result.description ?? ''));
    // The page loads nothing from elsewhere: only pictures that the bot has sent are seen here.
    const picture = result.photo_url?.startsWith('/') ? make('img', { class: 'thumbnail', src: result.photo_url, alt: '', loading: 'lazy' }) : null;
    return make('button', { type: 'button', role: 'option', onclick: choose }, picture, text);
  }

  // The button above the results leads into the private chat with the bot.
  begin(button) {
    const begin = () => { this.field.value = ''; this.changed(); this.actions.begin(button.start_parameter); };
    return make('button', { class: 'switch', type: 'button', role: 'option', onclick: begin }, button.text);
  }

  showCommands(prefix) {
    const commands = this.actions.commands().filter((command) => command.command.startsWith(prefix.toLowerCase()));
    if (!commands.length && prefix) { this.hide(); return; }
    const pick = (command) => { this.field.value = ''; this.changed(); this.actions.send(`/${command.command}`); };
    this.show(commands.length ? commands.map((command) => make('button', { type: 'button', role: 'option', onclick: () => pick(command) }, make('span', { class: 'command' }, `/${command.command}`), make('span', { class: 'about' }, command.description))) : [make('p', { class: 'empty' }, say('noCommands'))]);
  }

  show(nodes) {
    this.panel.replaceChildren(...nodes);
    this.panel.hidden = false;
    this.panel.setAttribute('role', 'listbox');
    this.panel.scrollTop = 0;
  }

  hide() {
    this.asked += 1;
    this.panel.hidden = true;
  }

  key(event) {
    const options = this.panel.hidden ? [] : [...this.panel.querySelectorAll('button')];
    const current = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
    if (event.key === 'Escape') this.hide();
    else if (options.length && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const next = (current + (event.key === 'ArrowDown' ? 1 : -1) + options.length) % options.length;
      options.forEach((option, index) => option.setAttribute('aria-selected', String(index === next)));
      options[next].scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (current >= 0) options[current].click();
      else this.submit();
    }
  }
}

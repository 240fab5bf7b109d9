// Where one writes. A draft is the writer's until it is sent: it is never thrown away because sending was not possible.

import { charactersOver } from '../protocol.js';

export class Composer {
  #form;
  #draft;
  #send;
  #trouble;
  #say;
  #typed;
  #max = null;
  #over = false;

  /**
   * `say(text)` sends and gives whether it was taken; `typed()` is told of each change of the draft that the person made.
   */
  constructor({ form, draft, send, trouble, say, typed }) {
    this.#form = form;
    this.#draft = draft;
    this.#send = send;
    this.#trouble = trouble;
    this.#say = say;
    this.#typed = typed;
    form.addEventListener('submit', (event) => this.#submit(event));
    draft.addEventListener('input', () => this.#changed());
    draft.addEventListener('keydown', (event) => this.#pressed(event));
    this.#show();
  }

  get empty() {
    return this.#draft.value.trim() === '';
  }

  /** The most bytes of UTF-8 that a message may have. */
  setMax(max) {
    if (max === this.#max) return;
    this.#max = max;
    this.#show();
  }

  /** Ready for a chat, with nothing in it. */
  clear() {
    this.#draft.value = '';
    this.#show();
  }

  /** In a chat one can write; after it a draft can still be read and copied, and an empty field is gone. */
  setOpen(open) {
    this.#draft.readOnly = !open;
    this.#send.hidden = !open;
    this.#form.hidden = !open && this.empty;
    if (!open) this.#tell('');
  }

  focus() {
    this.#draft.focus();
  }

  #pressed(event) {
    // An enter that ends a composition belongs to the input method; Safari tells it only by the key code.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    if (this.#draft.readOnly || this.empty || this.#over) return;
    if (this.#say(this.#draft.value)) this.clear();
    else this.#tell('What you wrote before is still on its way. Try again in a moment.');
  }

  #changed() {
    this.#show();
    if (!this.empty) this.#typed();
  }

  #show() {
    const text = this.#draft.value;
    const over = this.#max === null ? 0 : charactersOver(text, this.#max);
    this.#over = over > 0;
    this.#tell(over > 0 ? `Too long by ${over} ${over === 1 ? 'character' : 'characters'}.` : '');
    this.#draft.setAttribute('aria-invalid', String(this.#over));
    this.#send.setAttribute('aria-disabled', String(this.empty || this.#over));
    this.#fit();
  }

  #tell(text) {
    if (this.#trouble.textContent !== text) this.#trouble.textContent = text;
  }

  // As high as what stands in it; the style sheet says how high at most.
  #fit() {
    const { style } = this.#draft;
    style.removeProperty('--draft-height');
    const border = this.#draft.offsetHeight - this.#draft.clientHeight;
    const height = this.#draft.scrollHeight + border;
    if (height > this.#draft.offsetHeight) style.setProperty('--draft-height', `${height}px`);
  }
}

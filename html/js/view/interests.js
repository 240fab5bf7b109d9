// The field for interests: words become chips at a comma or at enter; a chip goes when it is pressed.

import { bounds, interestsOf } from '../protocol.js';

const full = `${bounds.interests} is the most there can be.`;

export class Interests {
  #field;
  #chips;
  #hint;
  #hintText;
  #words = [];

  constructor({ field, chips, hint }) {
    this.#field = field;
    this.#chips = chips;
    this.#hint = hint;
    this.#hintText = hint.textContent;
    field.addEventListener('input', (event) => event.isComposing || this.#typed());
    field.addEventListener('compositionend', () => this.#typed());
    field.addEventListener('keydown', (event) => this.#pressed(event));
    chips.addEventListener('click', ({ target }) => this.#remove(target.closest('button')));
  }

  /** What stands there, what is half typed included. */
  take() {
    this.#add(this.#field.value);
    return [...this.#words];
  }

  #typed() {
    const { value } = this.#field;
    const end = value.search(/[,،、，][^,،、，]*$/);
    if (end < 0) return;
    this.#add(value.slice(0, end), value.slice(end + 1));
  }

  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && this.#field.value.trim() !== '') {
      event.preventDefault();
      this.#add(this.#field.value);
    } else if (event.key === 'Backspace' && this.#field.value === '' && this.#words.length > 0) {
      this.#words.pop();
      this.#show();
    }
  }

  #add(text, rest = '') {
    this.#words = interestsOf([...this.#words, text].join('\n'));
    this.#field.value = rest.trimStart();
    this.#show();
  }

  #remove(button) {
    if (!button) return;
    this.#words = this.#words.filter((word) => word !== button.value);
    this.#show();
    this.#field.focus();
  }

  #show() {
    this.#hint.textContent = this.#words.length < bounds.interests ? this.#hintText : full;
    this.#chips.replaceChildren(...this.#words.map((word) => chip(word)));
  }
}

function chip(word) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.value = word;
  button.setAttribute('aria-label', `Remove ${word}`);
  const text = document.createElement('bdi');
  text.textContent = word;
  const cross = document.createElement('span');
  cross.textContent = '×';
  cross.setAttribute('aria-hidden', 'true');
  button.append(text, cross);
  item.append(button);
  return item;
}

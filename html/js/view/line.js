// The bar that says what is wrong with the line to the server, if anything is.

import { ofLink } from './words.js';

export class Line {
  #bar;
  #text;
  #retry;
  #announce;
  #shown = '';

  /** `announce(text)` tells it to who listens. */
  constructor({ bar, text, retry, announce }) {
    this.#bar = bar;
    this.#text = text;
    this.#retry = retry;
    this.#announce = announce;
  }

  /** `talking`: there is a chat that goes on when the line does. */
  show(link, talking) {
    // While it tries again it goes on to say that there is no connection, until there is one.
    const text = link.state === 'connecting' ? this.#shown : ofLink(link);
    if (text !== '' && text !== this.#shown) this.#announce(text);
    if (text === '' && this.#shown !== '') this.#announce(talking ? 'Connected again. The chat goes on.' : 'Connected again.');
    this.#shown = text;
    this.#bar.hidden = text === '';
    this.#text.textContent = text;
    this.#retry.hidden = link.reason === 'banned';
  }
}

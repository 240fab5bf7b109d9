// What a window in the background shows in its tab.

export class Badge {
  #icon;
  #title;
  #plain;
  #unread;

  /** `icon` is the page's <link rel="icon">, `unread` the address of the icon with a dot. */
  constructor({ icon, unread }) {
    this.#icon = icon;
    this.#title = document.title;
    this.#plain = icon.getAttribute('href');
    this.#unread = unread;
  }

  raise(text) {
    document.title = `${text} · Chatsj`;
    this.#icon.setAttribute('href', this.#unread);
  }

  clear() {
    document.title = this.#title;
    this.#icon.setAttribute('href', this.#plain);
  }
}

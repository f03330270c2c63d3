// What was entered on a case, kept in this tab: a reload, a login or an undo loses nothing.
// It goes when the verdict is given, and when the agent signs out (signing_out.js).

export class Draft {
  constructor(data) {
    // Somebody else who signs in on this machine does not find it.
    this.key = `case:${data.agent}:${data.id}`;
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  write(values) {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(values));
    } catch {
      // A full or forbidden store costs the draft, never the page.
    }
  }

  forget() {
    sessionStorage.removeItem(this.key);
  }
}

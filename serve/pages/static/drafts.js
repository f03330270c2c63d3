// What was entered stays on this device until it is sent, so that a closed tab loses nothing. Without
// a database (private windows of some browsers) everything else works as before.

const KEPT_DAYS = 7;
const STORES = ["fields", "photos"];

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("freshclaim", 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function within(mode, act) {
  const transaction = (await open()).transaction(STORES, mode);
  const [fields, photos] = STORES.map((name) => transaction.objectStore(name));
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const result = act(fields, photos);
  await done;
  return result;
}

const ignore = () => null;

// Each keeps its part: photos are heavy, and a line of text changes with every key.
export const keepFields = (name, value) => within("readwrite", (fields) => {
  fields.put({ ...value, saved_at: Date.now() }, name);
}).catch(ignore);

export const keepPhotos = (name, value) => within("readwrite", (fields, photos) => {
  if (value.length) photos.put({ list: value, saved_at: Date.now() }, name);
  else photos.delete(name);
}).catch(ignore);

export const drop = (name) => within("readwrite", (fields, photos) => {
  fields.delete(name);
  photos.delete(name);
}).catch(ignore);

export const dropOld = () => within("readwrite", (...stores) => {
  stores.forEach(dropOldOf);
}).catch(ignore);

// A draft goes when a claim for its reason is there, whichever page it was sent from.
export const dropClaimed = (name, reason) => within("readwrite", (fields, photos) => {
  const asked = fields.get(name);
  asked.onsuccess = () => {
    if (asked.result?.reason !== reason) return;
    fields.delete(name);
    photos.delete(name);
  };
}).catch(ignore);

// Returns { fields, photos } of a draft, or null; drafts that are too old go.
export async function load(name) {
  try {
    await within("readwrite", (...stores) => stores.forEach(dropOldOf));
    const [fields, photos] = await within("readonly", (...stores) => stores.map((s) => s.get(name)));
    if (!fields.result && !photos.result) return null;
    return { fields: fields.result ?? {}, photos: photos.result?.list ?? [] };
  } catch {
    return null;
  }
}

function dropOldOf(store) {
  const before = Date.now() - KEPT_DAYS * 24 * 3600 * 1000;
  store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    if (cursor.value.saved_at < before) cursor.delete();
    cursor.continue();
  };
}

// A phone at the command line: the program `usra-phone` on a store of its own.

import { join } from 'node:path';

import { json, run } from './command.mjs';

/** Enrols one at the centre. */
export async function enrolPhone(centre, { name, role = 'surveyor', area = 'JED' }) {
  const { url } = await centre.usra('enrol', '--role', role, '--area', area, '--name', name);
  return enrolBy(centre, url, name);
}

/** Enrols one with a link that was handed out. */
export async function enrolBy(centre, url, name) {
  const store = join(centre.folder, `phone-${name.replaceAll(' ', '-')}`);
  const { install_id: id } = await json('usra-phone', ['enrol', url, '--store', store]);
  return new Phone(id, store);
}

class Phone {
  constructor(id, store) {
    Object.assign(this, { id, store });
  }

  #json(...args) {
    return json('usra-phone', [...args, '--store', this.store]);
  }

  /** Sends and fetches; the centre must take part. */
  sync() {
    return this.#json('sync');
  }

  /** Tries to, and says the code that the centre refused with. */
  async refusedSync() {
    const { code, stderr } = await run('usra-phone', ['sync', '--store', this.store, '--json']);
    return code === 0 ? undefined : JSON.parse(stderr).error.code;
  }

  /** Registers a record, of a family unless it is one, and says its id. */
  async register(kind, fields, family) {
    const of = family ? ['--family', family] : [];
    return (await this.#json('register', kind, ...of, ...sets(fields))).id;
  }

  edit(id, fields) {
    return this.#json('edit', id, ...sets(fields));
  }

  /** Enters a value that only the server may read. */
  seal(id, key, value) {
    return this.#json('seal', id, key, value);
  }

  show(id) {
    return this.#json('show', id);
  }

  /** What the centre did not take as it was. */
  async held() {
    return (await this.#json('held')).held;
  }

  /** The households that it holds, each with its family. */
  async households() {
    return (await this.#json('list', '--kind', 'household')).records;
  }

  /** The ids of the families that it holds. */
  async families() {
    return (await this.#json('list', '--kind', 'family')).records.map((record) => record.id).sort();
  }
}

function sets(fields) {
  return Object.entries(fields).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}

// Work that the centre does not take in: a phone corrects a field that is written once.

/** Lets a phone write the purpose of a consent and then another one, which is held; says the held change. */
export async function holdWork(centre, phone, family) {
  const key = 'consent/zz9/purpose';
  for (const purpose of ['PUB', 'SHARE']) {
    await phone.edit(family, { [key]: purpose });
    await phone.sync();
  }
  const held = await centre.usra('held', 'list', '--state', 'held');
  const change = held.find((one) => one.record === family && one.fields.includes(key));
  if (!change) throw new Error(`nothing is held of ${key}`);
  return change;
}

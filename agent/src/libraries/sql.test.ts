import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeStatement } from './sql.ts'

describe('the summary of a statement', () => {
  it.each([
    ['select * from orders where id = 1', 'SELECT orders', 'orders'],
    ['SELECT o.id FROM orders o LEFT JOIN items i ON i.o = o.id', 'SELECT orders items', undefined],
    ['select 1', 'SELECT', undefined],
    ['select * from (select a from inner_table) t', 'SELECT SELECT inner_table', 'inner_table'],
    ['insert into main."order lines" values (1)', 'INSERT order lines', 'order lines'],
    ['INSERT OR IGNORE INTO `a` (x) SELECT x FROM b', 'INSERT a SELECT b', undefined],
    ["insert into a values ('x') on conflict do update set x = 1", 'INSERT a', 'a'],
    ['UPDATE orders SET total = 3', 'UPDATE orders', 'orders'],
    ['delete from [order] where 1', 'DELETE order', 'order'],
    [
      'create table if not exists t (a int, b text references u(id) on delete cascade)',
      'CREATE TABLE t',
      't',
    ],
    ['create index by_a on t (a)', 'CREATE INDEX by_a', 'by_a'],
    [
      'with recent as (select * from orders) select * from recent',
      'WITH SELECT orders SELECT recent',
      undefined,
    ],
    ['BEGIN IMMEDIATE', 'BEGIN', undefined],
    ['PRAGMA journal_mode = WAL', 'PRAGMA journal_mode', undefined],
    ['  -- a comment\n /* more */ vacuum', 'VACUUM', undefined],
    ['', 'SQL', undefined],
    ["'; drop table", 'SQL', undefined],
  ])('%s → %s', (sql, summary, table) => {
    expect(describeStatement(sql)).toMatchObject({ summary, table })
  })
})

describe('the text of a statement', () => {
  it.each([
    ["select * from u where name = 'O''Brien' and age > 42", 'select * from u where name = ? and age > ?'],
    ["values (x'00ff', 0x1F, 1.5e-3, .5, -7)", 'values (?, ?, ?, ?, -?)'],
    ['select a1, t2.b3 from t2', 'select a1, t2.b3 from t2'],
    ['select "quoted 1", `x 2`, [y 3] from t', 'select "quoted 1", `x 2`, [y 3] from t'],
    ['select * from t where id in (1, 2,3)', 'select * from t where id in (?)'],
    ["insert into t values (1,'a'), (2,'b'),(3, 'c')", 'insert into t values (?)'],
    ['select :name, @id, $x, ?1', 'select :name, @id, $x, ?1'],
    ['select  1\n  -- secret: 12\n from t', 'select ? from t'],
    ["select 'never closed", 'select ?'],
  ])('%s → %s', (sql, text) => {
    expect(describeStatement(sql).text).toBe(text)
  })

  it.each([
    [
      'mysql',
      `select * from u where a = "it's" and b = 'x\\'y' # pw`,
      'select * from u where a = ? and b = ?',
    ],
    ['mysql', 'select `a 1` from t where x = "never', 'select `a 1` from t where x = ?'],
    ['mysql', "select 'ends in \\\\', 2", 'select ?, ?'],
    [
      'postgresql',
      `select "A b" from t where a = E'it\\'s 1' and b = $1`,
      'select "A b" from t where a = ? and b = $1',
    ],
    ['postgresql', 'select $$it is 1$$, $q$a $$ b$q$, $2', 'select ?, ?, $2'],
    ['postgresql', "select 'a\\' , 1", 'select ? , ?'],
  ] as const)('in %s: %s → %s', (dialect, sql, text) => {
    expect(describeStatement(sql, dialect).text).toBe(text)
  })

  it('is cut at 4,096 characters', () => {
    expect(describeStatement(`select ${'a, '.repeat(10_000)} b`).text).toHaveLength(4096)
  })

  it('never shows what stood between quotes, and never throws', () => {
    const seed = Date.now() % 1_000_000
    const secret = 'S3CR3T'
    const pieces = fc.array(
      fc.oneof(fc.string(), fc.constant(`'${secret}'`), fc.constantFrom('select', 'from', ' ', ',')),
    )
    fc.assert(
      fc.property(pieces, parts => {
        // Only whole literals: what the host leaves open ends where the next quote stands.
        const sql = parts
          .map(part => (part.includes(secret) ? ` ${part} ` : part.replace(/['"`[\]\-/*xX]/g, '')))
          .join('')
        return !describeStatement(sql).text.includes(secret)
      }),
      { seed, numRuns: 2000 },
    )
  })

  it('takes linear time for hostile text', () => {
    const began = performance.now()
    for (const dialect of ['standard', 'mysql', 'postgresql'] as const)
      for (const hostile of ["'", '"', '/*', '[', '(?', '?, ', 'in (', '--', '$a$', "e'\\"])
        describeStatement(hostile.repeat(100_000), dialect)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})

const { buildSchema, execute, graphql, parse } = require('graphql')
const { current, listen } = require('./routes.cjs')

const schema = buildSchema('type Query { order(id: Int, name: String): String, boom: String, where: String }')
const rootValue = {
  order: ({ id, name }) => `${id} ${name}`,
  boom: async () => {
    throw new TypeError('no order')
  },
  where: () => current(),
}
const ask = (source, operationName) => graphql({ schema, rootValue, source, operationName })

listen({
  '/query': () => ask('query Find { order(id: 42, name: "secret \\" 7") }'),
  '/chosen': () => ask('query A { order } query B { where }', 'B'),
  '/boom': () => ask('{ boom order(id: 1) }'),
  '/sync': () => execute({ schema, rootValue, document: parse('{ order(id: 3) }') }),
  '/invalid': () => ask('{ nothing }'),
})

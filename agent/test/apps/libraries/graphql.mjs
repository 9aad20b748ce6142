import { buildSchema, graphql } from 'graphql'
import routes from './routes.cjs'

const schema = buildSchema('type Query { one: Int }')
routes.listen({ '/': () => graphql({ schema, rootValue: { one: 1 }, source: 'query One { one }' }) })

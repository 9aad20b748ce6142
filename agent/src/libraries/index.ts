/** Which file of which library is changed by what; what is read here is what the doctor and the support table tell. */
import type { Patch, Patches } from '../hooks.ts'
import { patchBunyan } from '../logs/bunyan.ts'
import { patchPino, rememberPinoSymbols } from '../logs/pino.ts'
import { patchWinston } from '../logs/winston.ts'
import { patchAmqplibChannel, patchAmqplibModel } from './amqplib.ts'
import { patchBetterSqlite3 } from './better-sqlite3.ts'
import { patchBullmqQueue, patchBullmqWorker } from './bullmq.ts'
import { patchExpress } from './express.ts'
import { patchGraphql } from './graphql.ts'
import { patchGrpcClient, patchGrpcServer } from './grpc.ts'
import { patchHono } from './hono.ts'
import { patchIoredis } from './ioredis.ts'
import { patchKoa } from './koa.ts'
import { patchMongodb } from './mongodb.ts'
import { patchMysql2, patchMysql2Pool } from './mysql2.ts'
import { patchNest } from './nest.ts'
import { patchNodeSqlite } from './node-sqlite.ts'
import { patchPg, patchPgPool } from './pg.ts'
import { patchRedisClient, patchRedisQueue } from './redis.ts'
import { watchedPatch, type Library } from './registry.ts'

/** By file inside the package, its main file by the package's name; a version has some of them. */
type Files = Readonly<Record<string, Patch>>

export interface PatchedLibrary extends Library {
  readonly commonJs: Files
  readonly esm?: Files
}

const HONO = (folder: string): Files =>
  Object.fromEntries(['hono', 'preset/tiny', 'preset/quick'].map(file => [`${folder}/${file}.js`, patchHono]))

/** Libraries that tell by a diagnostics channel of their own, and need no change. */
export const TOLD_BY_CHANNEL: readonly Library[] = [
  { name: 'node:http' },
  { name: 'undici', from: '6.0.0', below: '9.0.0' },
  { name: 'fastify', from: '4.10.0', below: '6.0.0' },
]

/** Libraries that are changed as they are loaded. */
export const LIBRARIES: readonly PatchedLibrary[] = [
  { name: 'express', from: '4.0.0', below: '6.0.0', commonJs: { 'express/lib/express.js': patchExpress } },
  { name: 'hono', from: '4.0.0', below: '5.0.0', commonJs: HONO('hono/dist/cjs'), esm: HONO('hono/dist') },
  { name: 'koa', from: '2.0.0', below: '4.0.0', commonJs: { 'koa/lib/context.js': patchKoa } },
  {
    name: '@nestjs/core',
    from: '10.0.0',
    below: '12.0.0',
    commonJs: { '@nestjs/core/exceptions/exceptions-handler.js': patchNest },
  },
  {
    name: 'graphql',
    from: '15.0.0',
    below: '17.0.0',
    commonJs: { 'graphql/execution/execute.js': patchGraphql },
    esm: { 'graphql/execution/execute.mjs': patchGraphql },
  },
  {
    name: 'better-sqlite3',
    from: '8.0.0',
    below: '14.0.0',
    commonJs: { 'better-sqlite3/lib/database.js': patchBetterSqlite3 },
  },
  {
    name: 'node:sqlite',
    commonJs: { 'node:sqlite': patchNodeSqlite },
    esm: { 'node:sqlite': patchNodeSqlite },
  },
  { name: 'pg', from: '8.0.3', below: '9.0.0', commonJs: { 'pg/lib/client.js': patchPg } },
  { name: 'pg-pool', from: '3.0.0', below: '4.0.0', commonJs: { 'pg-pool': patchPgPool } },
  {
    name: 'mysql2',
    from: '2.0.0',
    below: '4.0.0',
    commonJs: {
      'mysql2/lib/base/connection.js': patchMysql2,
      'mysql2/lib/connection.js': patchMysql2,
      'mysql2/lib/base/pool.js': patchMysql2Pool,
      'mysql2/lib/pool.js': patchMysql2Pool,
    },
  },
  {
    name: '@redis/client',
    from: '1.0.0',
    below: '7.0.0',
    commonJs: {
      '@redis/client/dist/lib/client/index.js': patchRedisClient,
      '@redis/client/dist/lib/client/commands-queue.js': patchRedisQueue,
    },
  },
  {
    name: 'ioredis',
    from: '4.0.0',
    below: '7.0.0',
    commonJs: { 'ioredis/built/Redis.js': patchIoredis, 'ioredis/built/redis/index.js': patchIoredis },
  },
  {
    name: 'mongodb',
    from: '6.4.0',
    below: '8.0.0',
    commonJs: { 'mongodb/lib/cmap/connection.js': patchMongodb },
  },
  {
    name: '@grpc/grpc-js',
    from: '1.8.0',
    below: '2.0.0',
    commonJs: {
      '@grpc/grpc-js/build/src/client-interceptors.js': patchGrpcClient,
      '@grpc/grpc-js/build/src/server.js': patchGrpcServer,
    },
  },
  {
    name: 'amqplib',
    from: '0.5.5',
    below: '3.0.0',
    commonJs: {
      'amqplib/lib/channel.js': patchAmqplibChannel,
      'amqplib/lib/channel_model.js': patchAmqplibModel,
      'amqplib/lib/callback_model.js': patchAmqplibModel,
    },
  },
  {
    name: 'bullmq',
    from: '5.19.0',
    below: '7.0.0',
    commonJs: {
      'bullmq/dist/cjs/classes/queue.js': patchBullmqQueue,
      'bullmq/dist/cjs/classes/worker.js': patchBullmqWorker,
    },
  },
  {
    name: 'pino',
    commonJs: { 'pino/lib/symbols.js': rememberPinoSymbols, 'pino/lib/tools.js': patchPino },
  },
  { name: 'bunyan', from: '1.0.0', below: '3.0.0', commonJs: { bunyan: patchBunyan } },
  { name: 'winston', commonJs: { 'winston/lib/winston/logger.js': patchWinston } },
]

/** Lines of loggers keep their ids also where logs are not sent. */
export function libraryPatches(): Patches {
  const of = (files: (library: PatchedLibrary) => Files) =>
    new Map(
      LIBRARIES.flatMap(library =>
        Object.entries(files(library)).map(([file, patch]) => [file, watchedPatch(library, patch)] as const),
      ),
    )
  return { commonJs: of(library => library.commonJs), esm: of(library => library.esm ?? {}) }
}

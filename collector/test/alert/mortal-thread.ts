/** A thread in the place of that of alerts: it answers, asks, tells what it hears of counts, and dies when told to. */
import { parentPort, workerData } from 'node:worker_threads'
import type { AlertThreadData, ToAlerts } from '../../src/alert/messages.ts'

const { derive } = workerData as AlertThreadData
const heard: unknown[] = []
derive.on('message', message => heard.push(message))
derive.postMessage({ define: new Map() })

parentPort!.on('message', (message: ToAlerts) => {
  if ('close' in message) process.exit(0)
  if (!('call' in message)) return
  if (message.method === 'die') throw new Error('a defect')
  if (message.method === 'round') parentPort!.postMessage({ round: true })
  parentPort!.postMessage({ result: message.call, json: JSON.stringify(heard) })
})
parentPort!.postMessage({ ready: true })

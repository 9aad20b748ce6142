/**
 * The timers of everything in the bundle, the SDK's retry and time-out timers included: none of them keeps
 * the host process alive. The build replaces the globals by these; what must hold the process for a bounded
 * time (the flush at exit) imports `node:timers` and says so.
 */
import { setImmediate as immediate, setInterval as interval, setTimeout as timeout } from 'node:timers'

const unrefTimeout = (...args: Parameters<typeof timeout>) => timeout(...args).unref()
const unrefInterval = (...args: Parameters<typeof interval>) => interval(...args).unref()
const unrefImmediate = (...args: Parameters<typeof immediate>) => immediate(...args).unref()

export { unrefTimeout as setTimeout, unrefInterval as setInterval, unrefImmediate as setImmediate }

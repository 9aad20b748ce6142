/** The version of the agent, put in by the build. */
declare const HODOSCOPE_VERSION: string | undefined

export const VERSION = typeof HODOSCOPE_VERSION === 'string' ? HODOSCOPE_VERSION : '0.0.0'

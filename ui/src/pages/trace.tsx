export const TracePage = ({ traceId }: { traceId: string }) => <p>{traceId}</p>

export const LogsPage = () => <p>later</p>

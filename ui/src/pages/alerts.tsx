export const AlertsPage = () => <div class="page" />

export { ActivityDashboard, type ActivityDashboardProps } from './ActivityDashboard'

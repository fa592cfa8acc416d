export { ActivityMonitor, type ActivityMonitorProps } from './ActivityMonitor'

export { MigrationProgress, type MigrationProgressProps } from './MigrationProgress'

import { Icon, Loading, type Me, Menu, Text, useUrlParam } from '@otel-activity/react'
import { lazy, Suspense } from 'react'

const Projects = lazy(() => import('./Projects'))

/** Which project's activities the page shows; there is nothing to choose from where there is one. */
export function ProjectPicker({ me }: { me: Me }) {
  const [project, setProject] = useUrlParam('project')
  if (!me.allProjects && me.projects.length === 1) {
    return (
      <span className="app-project">
        <Text value={me.projects[0] ?? ''} />
      </span>
    )
  }
  return (
    <Menu
      label={
        <>
          <span className="oa-clip">{project ? <Text value={project} /> : 'All projects'}</span>
          <Icon name="chevron" size={12} />
        </>
      }
      align="end"
    >
      {(close) => (
        <Suspense fallback={<Loading lines={3} />}>
          <Projects
            me={me}
            project={project}
            onChoose={(next) => {
              setProject(next)
              close()
            }}
          />
        </Suspense>
      )}
    </Menu>
  )
}

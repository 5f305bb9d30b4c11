/** Which problems a person may declare settled: the domain knows, here it is said before anything is sent. */
import { fix, type Problem, type ProblemCode } from '../domain/problem.ts'
import { mayWaive as byDomain } from '../domain/waive.ts'
import { conflict, type Reply } from './problem.ts'

export const mayWaive = (code: ProblemCode, subject = ''): boolean => byDomain({ code, at: subject })

export const settled = (problem: Problem): Reply =>
  conflict('problemId', `${problem.code} cannot be overridden: its cause must go`, fix(problem, 'en'))

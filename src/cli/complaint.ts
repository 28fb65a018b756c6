/** A problem to tell the user in one sentence; ends the command with status 2. */
export class Complaint extends Error {
  override readonly name = 'Complaint'
}

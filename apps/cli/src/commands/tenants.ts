import type { Tenant } from '@edf-pipeline/contracts';
import type { Command } from 'commander';
import { Option } from 'commander';
import { tenantRow } from '../describe-operations.ts';
import { UsageError } from '../exit-code.ts';
import { tableLines } from '../format.ts';
import { policyFrom, withPolicy } from '../operations-options.ts';
import { wholeNumber, withConnection } from '../options.ts';
import { collectPages } from '../pages.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { openUserPool } from '../user-pool.ts';

const POOL = [
  '--user-pool <pool>',
  'id of the Cognito user pool, for its groups and users (AWS credentials)',
] as const;

const machineRole = () =>
  new Option('--machine-role <role>', 'what the machine client may be')
    .choices(['owner', 'member'])
    .default('member');

/** `edf tenants`: organisations, their people and machine clients. */
export function addTenantsCommand(program: Command, shell: Shell): void {
  const tenants = program
    .command('tenants')
    .description('organisations that use the service (role operator)');
  addTenantLists(tenants, shell);
  addTenantChanges(tenants, shell);
  addMachineClients(tenants, shell);
  addUsers(tenants, shell);
}

function show(shell: Shell, flags: { json?: boolean }, shown: readonly Tenant[]): void {
  if (flags.json) return shown.forEach((tenant) => shell.output.json(tenant));
  for (const line of tableLines(shown.map(tenantRow))) shell.output.line(line.trimEnd());
}

function addTenantLists(tenants: Command, shell: Shell): void {
  withConnection(tenants.command('ls'))
    .description('list tenants by name')
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 1_000_000), 1_000)
    .option('--json', 'one object a line')
    .action(async (flags) => {
      const { operations } = connect(shell, flags).client;
      const list = (query: object) => operations.listTenants(query, { signal: shell.signal });
      const found = await collectPages(list, flags.limit);
      if (found.length === 0) shell.output.note('no tenants yet  next: edf tenants create ID');
      show(shell, flags, found);
    });
  withConnection(tenants.command('show'))
    .description('show a tenant')
    .argument('<id>')
    .option('--json', 'one object')
    .action(async (id: string, flags) => {
      const { operations } = connect(shell, flags).client;
      show(shell, flags, [await operations.getTenant(id, { signal: shell.signal })]);
    });
}

function addTenantChanges(tenants: Command, shell: Shell): void {
  withPolicy(withConnection(tenants.command('create')))
    .description('make a tenant known, with its group in the user pool when --user-pool is given')
    .argument('<id>', 'a-z, 0-9, -')
    .option('--machine-client <clientId>', 'app client that acts for the tenant by itself')
    .addOption(machineRole())
    .option(...POOL)
    .option('--json', 'one object')
    .action(async (id: string, flags) => {
      const { operations } = connect(shell, flags).client;
      const { machineClient: clientId, machineRole: role, userPool } = flags;
      const machineClient = clientId === undefined ? undefined : { clientId, roles: [role] };
      const body = { id, policy: policyFrom(flags), machineClient };
      const tenant = await operations.createTenant(body, { signal: shell.signal });
      if (userPool) await (await openUserPool(userPool)).ensureGroup(`tenant:${id}`);
      show(shell, flags, [tenant]);
      if (!flags.json && userPool)
        shell.output.note(`next: edf tenants add-user NAME --tenant ${id} --user-pool ${userPool}`);
    });
  withPolicy(withConnection(tenants.command('set')))
    .description('change what holds for a tenant')
    .argument('<id>')
    .option('--json', 'one object')
    .action(async (id: string, flags) => {
      const change = policyFrom(flags);
      if (Object.keys(change).length === 0)
        throw new UsageError('say what to change: edf tenants set --help');
      const { operations } = connect(shell, flags).client;
      show(shell, flags, [await operations.changeTenant(id, change, { signal: shell.signal })]);
    });
}

function addMachineClients(tenants: Command, shell: Shell): void {
  withConnection(tenants.command('add-client'))
    .description('let an app client act for a tenant by itself (client credentials)')
    .argument('<id>', 'tenant')
    .argument('<clientId>')
    .addOption(machineRole())
    .option('--json', 'one object')
    .action(async (id: string, clientId: string, flags) => {
      const { operations } = connect(shell, flags).client;
      const roles = [flags.machineRole];
      show(shell, flags, [await operations.mapMachineClient(id, clientId, roles, { signal: shell.signal })]);
    });
  withConnection(tenants.command('remove-client'))
    .description('let it act for the tenant no longer; known everywhere within six minutes')
    .argument('<id>', 'tenant')
    .argument('<clientId>')
    .option('--json', 'one object')
    .action(async (id: string, clientId: string, flags) => {
      const { operations } = connect(shell, flags).client;
      show(shell, flags, [await operations.unmapMachineClient(id, clientId, { signal: shell.signal })]);
    });
}

/** Works on the user pool alone: the first operator is made like this, before there is one to ask the service. */
function addUsers(tenants: Command, shell: Shell): void {
  tenants
    .command('add-user')
    .description(
      'put a user of the user pool into a tenant (and a role); takes effect when they sign in next',
    )
    .argument('<name>', 'user name')
    .requiredOption('--tenant <id>', 'tenant')
    .requiredOption(...POOL)
    .addOption(new Option('--role <role>', 'besides being a member').choices(['owner', 'operator']))
    .option('--create', 'make the user when there is none; Cognito sends the invitation')
    .option('--email <address>', 'of a user that is made')
    .option('--json', 'one object')
    .action(async (name: string, flags) => {
      const { tenant, role } = flags;
      if (!/^[a-z0-9-]{1,64}$/.test(tenant)) throw new UsageError(`${tenant} is no tenant id (a-z, 0-9, -)`);
      const pool = await openUserPool(flags.userPool);
      if (flags.create) await pool.ensureUser(name, flags.email);
      const groups = [`tenant:${tenant}`, ...(role ? [`role:${role}`] : [])];
      await pool.addUser(name, groups);
      if (flags.json) return shell.output.json({ name, groups });
      shell.output.line(`${name} is in ${groups.join(', ')}  next: they sign in (again) with edf login`);
    });
}
